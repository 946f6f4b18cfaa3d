/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of runs with two channels, for weft/conv_2d_few_s8__dsp.h.
 */
#ifndef WEFT_CONV_FEW_TWO_H
#define WEFT_CONV_FEW_TWO_H

#include "weft/simd.h"

#include <stdint.h>

/* A run of the windows of `count` times two pixels, x and y, `step` bytes from these to the next
 * two. The sums of two pixels: of x and y for the first channel, for the second one. */
typedef struct {
    uint32_t *sums;
    const int8_t *x, *y;
    int32_t step;
    int32_t count; /* 1 or more */
    const uint32_t
        *w;        /* for each word of inputs: the first pair of both channels, the second one */
    int32_t words; /* 1 or more */
} weft_few_run;

#if WEFT_DSP_ASM

/* clang-format off */

/* A word of both pixels: 20 cycles on a Cortex-M4. Sums are in r4 to r7; r0, r1 and r2 point to
 * inputs and weights. */
#define WEFT_FEW_WORD                                                                              \
    "ldr r9, [r0], #4\n" "ldr r11, [r1], #4\n" "ldr r12, [r2], #4\n" "ldr lr, [r2], #4\n"          \
    "sxtb16 r8, r9\n" "sxtb16 r10, r11\n"                                                          \
    "smlad r4, r8, r12, r4\n" "smlad r5, r10, r12, r5\n"                                           \
    "smlad r6, r8, lr, r6\n" "smlad r7, r10, lr, r7\n"                                             \
    "ldr r12, [r2], #4\n" "ldr lr, [r2], #4\n"                                                     \
    "sxtb16 r9, r9, ror #8\n" "sxtb16 r11, r11, ror #8\n"                                          \
    "smlad r4, r9, r12, r4\n" "smlad r5, r11, r12, r5\n"                                           \
    "smlad r6, r9, lr, r6\n" "smlad r7, r11, lr, r7\n"

/* Why in assembly: see weft/pair_gemm_asm.h. The job is on the stack, in the struct's order. */
static void __attribute__((noinline, unused)) weft_few_two(const weft_few_run *of)
{
    register const weft_few_run *r0 __asm__("r0") = of;
    __asm__ volatile(
        "push {r4-r11}\n"
        "ldm r0, {r1-r7}\n"
        "push {r1-r7}\n"
        "1:\n"
        "ldr r12, [sp, #0]\n" "ldr r0, [sp, #4]\n" "ldr r1, [sp, #8]\n"
        "ldr r2, [sp, #20]\n" "ldr r3, [sp, #24]\n"
        "ldm r12, {r4-r7}\n"
        "lsrs r3, r3, #1\n"
        "bcc 2f\n"
        "add r3, r3, #1\n"
        "b 3f\n"
        "2:\n"
        WEFT_FEW_WORD
        "3:\n" /* of an odd number of words the first one is here */
        WEFT_FEW_WORD
        "subs r3, r3, #1\n"
        "bne 2b\n"
        "ldr r12, [sp, #0]\n" "ldr r0, [sp, #4]\n" "ldr r1, [sp, #8]\n"
        "ldr r2, [sp, #12]\n" "ldr r3, [sp, #16]\n"
        "stm r12!, {r4-r7}\n"
        "add r0, r0, r2\n" "add r1, r1, r2\n"
        "subs r3, r3, #1\n"
        "str r12, [sp, #0]\n" "str r0, [sp, #4]\n" "str r1, [sp, #8]\n" "str r3, [sp, #16]\n"
        "bne 1b\n"
        "add sp, sp, #28\n"
        "pop {r4-r11}\n"
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

/* clang-format on */

#else

static void weft_few_two(const weft_few_run *of)
{
    const int8_t *x = of->x, *y = of->y;
    uint32_t *sums = of->sums;
    for (int32_t i = 0; i < of->count; i++, sums += 4, x += of->step, y += of->step) {
        const uint32_t *w = of->w;
        for (int32_t k = 0; k < of->words; k++, w += 4) {
            const uint32_t a = weft_load_32(x + 4 * k), b = weft_load_32(y + 4 * k);
            const uint32_t even[2] = {weft_sxtb16(a), weft_sxtb16(b)};
            const uint32_t odd[2] = {weft_sxtb16_ror8(a), weft_sxtb16_ror8(b)};
            for (int32_t j = 0; j < 4; j++) {
                sums[j] = (uint32_t)weft_smlad(even[j & 1], w[j >> 1], (int32_t)sums[j]);
                sums[j] = (uint32_t)weft_smlad(odd[j & 1], w[2 + (j >> 1)], (int32_t)sums[j]);
            }
        }
    }
}

#endif
#endif
