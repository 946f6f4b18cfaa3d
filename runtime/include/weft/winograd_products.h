/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of products of two tiles with four channels, for each of 36 positions: two
 * multiply-accumulates per instruction. They wrap modulo 2^32, which the way to the outputs allows.
 */
#ifndef WEFT_WINOGRAD_PRODUCTS_H
#define WEFT_WINOGRAD_PRODUCTS_H

#include "weft/winograd_inputs.h"

#define WEFT_WINOGRAD_SUMS 8 /* of a position: four channels of a tile, then of the other */

#if WEFT_DSP_ASM

/* For the assembly, in this order. */
typedef struct {
    uint32_t *sums;        /* where the next ones go */
    uint32_t *end;         /* of all sums */
    const uint32_t *limit; /* inputs of the last round are behind it */
    uint32_t back;         /* bytes from the inputs of the last round to those of the first */
} weft_winograd_job;

/* clang-format off */

/* A pair of each tile and channel. r0 and r1 point to inputs and weights, four bytes before the
 * first of a round; sums are in r6 to r9 for one tile, in r10, r11, r12, lr for the other. `x` and
 * `w` load the second input to r3 and the last weights to r5. */
#define WEFT_WINOGRAD_FIRST(sum, w, x) "smuad " sum ", " w ", " x "\n"
#define WEFT_WINOGRAD_NEXT(sum, w, x) "smlad " sum ", " w ", " x ", " sum "\n"
#define WEFT_WINOGRAD_PAIR(multiply, x_at, w_at, x, w)                                             \
    "ldr.n r2, [r0, #" x_at "]\n"                                                                  \
    x                                                                                              \
    "ldr.n r4, [r1, #" w_at "]\n" "ldr.n r5, [r1, #" w_at "+4]\n"                                  \
    multiply("r6", "r4", "r2") multiply("r10", "r4", "r3")                                         \
    multiply("r7", "r5", "r2") multiply("r11", "r5", "r3")                                         \
    "ldr.n r4, [r1, #" w_at "+8]\n"                                                                \
    w                                                                                              \
    multiply("r8", "r4", "r2") multiply("r12", "r4", "r3")                                         \
    multiply("r9", "r5", "r2") multiply("lr", "r5", "r3")
#define WEFT_WINOGRAD_INNER(multiply, x_at, w_at)                                                  \
    WEFT_WINOGRAD_PAIR(multiply, x_at, w_at, "ldr.n r3, [r0, #" x_at "+4]\n",                      \
                       "ldr.n r5, [r1, #" w_at "+12]\n")
#define WEFT_WINOGRAD_LAST                                                                         \
    WEFT_WINOGRAD_PAIR(WEFT_WINOGRAD_NEXT, "60", "116", "ldr r3, [r0, #64]!\n",                    \
                       "ldr r5, [r1, #128]!\n")

static void __attribute__((noinline, unused))
weft_winograd_asm(weft_winograd_job *job, const uint32_t *x, const uint32_t *w)
{
    register weft_winograd_job *r0 __asm__("r0") = job;
    register uint32_t r1 __asm__("r1") = (uint32_t)(uintptr_t)x - 4;
    register uint32_t r2 __asm__("r2") = (uint32_t)(uintptr_t)w - 4;
    __asm__ volatile(
        "push {r4-r11}\n"
        "ldm r0, {r4-r7}\n"
        "push {r4-r7}\n"
        "mov r0, r1\n"
        "mov r1, r2\n"
        "1:\n"
        WEFT_WINOGRAD_INNER(WEFT_WINOGRAD_FIRST, "4", "4")
        ".irp i, 12, 20, 28, 36, 44, 52\n"
        WEFT_WINOGRAD_INNER(WEFT_WINOGRAD_NEXT, "\\i", "2*\\i-4")
        ".endr\n"
        WEFT_WINOGRAD_LAST
        "ldr.n r2, [sp, #0]\n" "ldr.n r3, [sp, #4]\n" "ldr.n r4, [sp, #8]\n"
        "cmp r0, r4\n"
        "blo.w 4f\n"
        "3:\n"
        "stm r2!, {r6-r12, lr}\n"
        "str.n r2, [sp, #0]\n"
        "cmp r2, r3\n"
        "bne.w 1b\n"
        "b 5f\n"
        "4:\n" /* the same position of the next stretch: 2304 bytes less the 64 of a round */
        "add r0, r0, #2240\n"
        ".irp i, 4, 12, 20, 28, 36, 44, 52\n"
        WEFT_WINOGRAD_INNER(WEFT_WINOGRAD_NEXT, "\\i", "2*\\i-4")
        ".endr\n"
        WEFT_WINOGRAD_LAST
        "ldr.n r2, [sp, #8]\n"
        "cmp r0, r2\n"
        "blo.w 4b\n"
        "ldr.n r2, [sp, #0]\n" "ldr.n r3, [sp, #4]\n" "ldr.n r4, [sp, #12]\n"
        "sub r0, r0, r4\n"
        "b 3b\n"
        "5:\n"
        "add sp, sp, #16\n"
        "pop {r4-r11}\n"
        : "+r"(r0), "+r"(r1), "+r"(r2)
        :
        : "r3", "r12", "lr", "cc", "memory");
}

/* clang-format on */

#else
/* Those of a position, from inputs that are `rounds` stretches. */
static void weft_winograd_position(uint32_t *sums, const uint32_t *x, const uint32_t *w,
                                   int32_t rounds)
{
    for (int32_t i = 0; i < WEFT_WINOGRAD_SUMS; i++) {
        sums[i] = 0;
    }
    for (int32_t round = 0; round < rounds; round++, x += WEFT_WINOGRAD_STRETCH) {
        for (int32_t pair = 0; pair < WEFT_WINOGRAD_ROUND; pair++, w += 4) {
            for (int32_t i = 0; i < WEFT_WINOGRAD_SUMS; i++) {
                const uint32_t input = x[pair * WEFT_WINOGRAD_TILES + i / 4];
                sums[i] = (uint32_t)weft_smlad(w[i % 4], input, (int32_t)sums[i]);
            }
        }
    }
}
#endif

/* All positions: inputs as weft_winograd_inputs makes them, with `rounds` times 16 channels, and
 * weights (position, 16 channels, pair of channels, output channel). */
static inline void weft_winograd_products(uint32_t *sums, const uint32_t *x, const uint32_t *w,
                                          int32_t rounds)
{
#if WEFT_DSP_ASM
    const int32_t before = (rounds - 1) * WEFT_WINOGRAD_STRETCH;
    weft_winograd_job job = {sums, sums + WEFT_WINOGRAD_POSITIONS * WEFT_WINOGRAD_SUMS, x + before,
                             4 * (uint32_t)before};
    weft_winograd_asm(&job, x, w);
#else
    for (int32_t i = 0; i < WEFT_WINOGRAD_POSITIONS; i++, x += WEFT_WINOGRAD_ROUND_WORDS) {
        weft_winograd_position(sums, x, w, rounds);
        sums += WEFT_WINOGRAD_SUMS;
        w += rounds * WEFT_WINOGRAD_ROUND * 4;
    }
#endif
}

#endif
