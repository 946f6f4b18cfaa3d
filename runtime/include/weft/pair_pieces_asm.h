/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/pair_pieces.h in Thumb-2 with the DSP extension; it includes this file. Why in assembly, and
 * what its functions must not hold: see weft/pair_gemm_asm.h.
 */
#ifndef WEFT_PAIR_PIECES_ASM_H
#define WEFT_PAIR_PIECES_ASM_H

#include "weft/pair_rounds_asm.h"

/* What the assembly takes, in this order. */
typedef struct {
    uint32_t entry;     /* of the loop, relative to its first instruction; odd for Thumb code */
    uint32_t x;         /* first input */
    uint32_t first_end; /* behind the inputs of the first piece */
    uint32_t x_end;     /* behind all inputs */
    const uint32_t *w_end;
    const uint32_t *tail;
    int8_t *out_0;
    int8_t *out_1;
    const uint32_t *w;
} weft_pieces_job;

/* clang-format off */

/* Where these are on the stack; then where a piece ends, and four words for weft_pieces_asm_2. */
#define WEFT_PIECES_ENTRY "[sp, #0]\n"
#define WEFT_PIECES_X "[sp, #4]\n"
#define WEFT_PIECES_FIRST_END "[sp, #8]\n"
#define WEFT_PIECES_X_END "[sp, #12]\n"
#define WEFT_PIECES_W_END "[sp, #16]\n"
#define WEFT_PIECES_TAIL "[sp, #20]\n"
#define WEFT_PIECES_OUT_0 "[sp, #24]\n"
#define WEFT_PIECES_OUT_1 "[sp, #28]\n"
#define WEFT_PIECES_END "[sp, #32]\n"
#define WEFT_PIECES_SIZE "52\n"

/* r0 is the job, the rounds start at label 2. Leaves w in r1. */
#define WEFT_PIECES_BEGIN                                                                           \
    "push {r4-r11}\n"                                                                              \
    "ldm r0, {r1-r9}\n"                                                                            \
    "adr r0, 2f\n"                                                                                 \
    "add r1, r1, r0\n"                                                                             \
    "push {r9-r12}\n"                                                                              \
    "push {r1-r9}\n"                                                                               \
    "mov r1, r9\n"                                                                                 \
    "b 1f\n"                                                                                       \
    ".p2align 2\n"
#define WEFT_PIECES_LEAVE                                                                           \
    "add sp, sp, #" WEFT_PIECES_SIZE                                                                \
    "pop {r4-r11}\n"

/* On to the next piece, which has so many bytes of inputs; r2 is free. */
#define WEFT_PIECES_NEXT(bytes)                                                                     \
    "ldr r2, " WEFT_PIECES_END                                                                      \
    "add r2, r2, #" bytes "\n"                                                                     \
    "str r2, " WEFT_PIECES_END                                                                      \
    "b 2b\n"

/* The outputs of one vector, by a round and the bytes of a piece of the inputs: sums are in r8 to
 * r11, twice those of the channels a and c in r12 and lr. Label 3: the outputs of a block; 1: the
 * next one. */
#define WEFT_PIECES_1(round, bytes)                                                                 \
    WEFT_PIECES_BEGIN                                                                               \
    "2:\n"                                                                                         \
    round                                                                                          \
    "ldr r2, " WEFT_PIECES_END                                                                      \
    "cmp r0, r2\n"                                                                                 \
    "bne.w 2b\n"                                                                                   \
    "ldr r3, " WEFT_PIECES_X_END                                                                    \
    "sub r8, r8, r9\n" "sub r10, r10, r11\n"                                                       \
    "add r12, r12, r8, asr #7\n" "add lr, lr, r10, asr #7\n"                                       \
    "cmp r0, r3\n"                                                                                 \
    "beq 3f\n"                                                                                     \
    "mov r8, r9\n" "mov r10, r11\n"                                                                \
    WEFT_PIECES_NEXT(bytes)                                                                         \
    "3:\n"                                                                                         \
    "ldr r2, " WEFT_PIECES_TAIL                                                                     \
    "cmp r2, #0\n"                                                                                 \
    "itt eq\n"                                                                                     \
    "moveq r2, r1\n"                                                                               \
    "addeq r1, r1, #48\n"                                                                          \
    "lsl r9, r9, #1\n" "lsl r11, r11, #1\n"                                                        \
    "ldm r2!, {r3-r8}\n"                                                                           \
    WEFT_SCALED("r12", "r3", "r4", "r5", "r0")                                                     \
    WEFT_SCALED("r9", "r6", "r7", "r8", "r0")                                                      \
    "ldm r2, {r3-r8}\n"                                                                            \
    WEFT_SCALED("lr", "r3", "r4", "r5", "r0")                                                      \
    WEFT_SCALED("r11", "r6", "r7", "r8", "r0")                                                     \
    "ldr r0, " WEFT_PIECES_OUT_0                                                                    \
    "ldr r3, " WEFT_PIECES_W_END                                                                    \
    "strb r9, [r0, #1]\n" "strb lr, [r0, #2]\n"                                                    \
    "strb r11, [r0, #3]\n" "strb r12, [r0], #-4\n"                                                 \
    "str r0, " WEFT_PIECES_OUT_0                                                                    \
    "cmp r1, r3\n"                                                                                 \
    "beq 5f\n"                                                                                     \
    "1:\n"                                                                                         \
    "ldr r0, " WEFT_PIECES_X                                                                        \
    "ldr r2, " WEFT_PIECES_FIRST_END                                                                \
    "ldr r9, [r1, #4]\n" "ldr lr, [r1, #8]\n"                                                      \
    "ldr r11, [r1, #12]\n" "ldr r12, [r1], #16\n"                                                  \
    "str r2, " WEFT_PIECES_END                                                                      \
    "mov r8, r9\n" "mov r10, r11\n"                                                                \
    "ldr pc, " WEFT_PIECES_ENTRY                                                                    \
    "5:\n"                                                                                         \
    WEFT_PIECES_LEAVE

/* A round of a vector of bytes, four of them at a time. */
#define WEFT_WORD_BYTES 70 /* of code for four of them */
#define WEFT_ROUND_BYTES                                                                           \
    ".rept 8\n"                                                                                    \
    "ldr.n r5, [r1, #4]\n" "ldr.n r6, [r1, #8]\n"                                                  \
    "ldr.n r7, [r1, #12]\n" "ldr r4, [r1], #16\n" "ldr r2, [r0], #4\n"                             \
    "sxtb16 r3, r2\n" "sxtb16 r2, r2, ror #8\n"                                                    \
    "smlad r8, r4, r3, r8\n" "smlad r10, r5, r3, r10\n"                                            \
    "smlad r8, r6, r2, r8\n" "smlad r10, r7, r2, r10\n"                                            \
    "sxtb16 r4, r4\n" "sxtb16 r5, r5\n"                                                            \
    "sxtb16 r6, r6\n" "sxtb16 r7, r7\n"                                                            \
    "smlad r9, r4, r3, r9\n" "smlad r11, r5, r3, r11\n"                                            \
    "smlad r9, r6, r2, r9\n" "smlad r11, r7, r2, r11\n"                                            \
    ".endr\n"

static void __attribute__((noinline, unused)) weft_pieces_asm_1(const weft_pieces_job *job)
{
    register const weft_pieces_job *r0 __asm__("r0") = job;
    __asm__ volatile(
        WEFT_PIECES_1(WEFT_ROUND_1, "1920")
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

static void __attribute__((noinline, unused)) weft_pieces_asm_bytes(const weft_pieces_job *job)
{
    register const weft_pieces_job *r0 __asm__("r0") = job;
    __asm__ volatile(
        WEFT_PIECES_1(WEFT_ROUND_BYTES, "480")
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

/* clang-format on */

/* The job of a vector, or two, that starts at x, with so many bytes for a pair; its rounds have so
 * many bytes of code for one. */
static inline weft_pieces_job weft_pieces_prepared(const weft_blocks *of, const void *x,
                                                   uint32_t size, uint32_t code)
{
    const uint32_t first = (uint32_t)weft_pieces_first(of), from = (uint32_t)(uintptr_t)x;
    const uint32_t skipped = (0 - first) & (WEFT_ROUND - 1);
    const weft_pieces_job job = {.entry = skipped * code + 1,
                                 .x = from,
                                 .first_end = from + size * first,
                                 .x_end = from + size * (uint32_t)of->pairs,
                                 .w_end = of->w_end,
                                 .tail = of->tail,
                                 .w = of->w};
    return job;
}

static inline void weft_pieces_one(const weft_blocks *of, const uint32_t *x, int8_t *out)
{
    weft_pieces_job job = weft_pieces_prepared(of, x, 8, WEFT_PAIR_BYTES_1);
    job.out_0 = out;
    weft_pieces_asm_1(&job);
}

static void __attribute__((noinline, unused)) weft_pieces_bytes(const weft_blocks *of,
                                                                const void *x, int8_t *out)
{
    weft_pieces_job job = weft_pieces_prepared(of, x, 2, WEFT_WORD_BYTES / 2);
    job.out_0 = out;
    weft_pieces_asm_bytes(&job);
}

#include "weft/pair_pieces_two_asm.h"

#endif
