/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/pair_gemm.h in Thumb-2 with the DSP extension; it includes this file. Written in assembly
 * because every register but the stack pointer holds something in the loops: compilers spill.
 *
 * For two vectors the last round stands behind the loop: most layers take one or two rounds, and
 * need no jump back. The assembly saves r4 to r11 itself, because compilers may keep some of them
 * for themselves. Its functions hold nothing else: compilers take .rept blocks for shorter than
 * they are.
 */
#ifndef WEFT_PAIR_GEMM_ASM_H
#define WEFT_PAIR_GEMM_ASM_H

#include "weft/pair_rounds_asm.h"

#define WEFT_LOOP_BYTES_2 (WEFT_ROUND * WEFT_PAIR_BYTES_2 + 8) /* of a round and the jump back */

typedef struct {
    /* For the assembly, in this order. */
    uint32_t entry;  /* of the loop, relative to its first instruction; odd for Thumb code */
    int8_t *out_0;   /* where the next outputs go */
    uint32_t x;      /* first input */
    uint32_t x_last; /* first input of the last two vectors; x where they take turns */
    int8_t *out_1;
    uint32_t x_step; /* bytes from the inputs of two vectors to those of the next two */
    uint32_t x_end;  /* behind the last input; of two vectors, the last one in the loop */
    uint32_t out_step;
    uint32_t twos;  /* words of bytes that become the inputs of each of two vectors, 0 if these are
                       there; for one vector, the tail of all blocks, or 0 */
    uint32_t w_end; /* behind all blocks */
    uint32_t w;     /* the first block */
    const int8_t *in_0; /* the next bytes */
    const int8_t *in_1;
    uint32_t count; /* of two vectors that take turns */
    /* For the functions at the end. */
    uint32_t tail;
    uint32_t first; /* pairs that are not in the loop: 1 for two vectors, 0 for one */
    uint32_t x_bytes;
    uint32_t out_back; /* bytes from the outputs of the first block down to behind the last */
} weft_pair_job;

/* clang-format off */

/* Where these fields are on the stack, and three of them in the job. */
#define WEFT_ENTRY "[sp, #0]\n"
#define WEFT_OUT_0 "[sp, #4]\n"
#define WEFT_X "[sp, #8]\n"
#define WEFT_X_LAST "[sp, #12]\n"
#define WEFT_OUT_1 "[sp, #16]\n"
#define WEFT_X_STEP "[sp, #20]\n"
#define WEFT_X_END "[sp, #24]\n"
#define WEFT_OUT_STEP "[sp, #28]\n"
#define WEFT_TWOS "[sp, #32]\n"
#define WEFT_TAIL WEFT_TWOS
#define WEFT_W_END "[sp, #36]\n"
#define WEFT_W "[sp, #40]\n"
#define WEFT_JOB "[sp, #44]\n"
#define WEFT_IN_0 "#44]\n"
#define WEFT_IN_1 "#48]\n"
#define WEFT_COUNT "#52]\n"

/* Begin and end: r0 is the job, the rounds start at label 2. Leaves the fields from out_0 to w_end in
 * r2 to r10, and w in r1. */
#define WEFT_PAIR_BEGIN                                                                            \
    "push {r4-r11}\n"                                                                              \
    "mov r12, r0\n"                                                                                \
    "ldm r0, {r1-r11}\n"                                                                           \
    "adr r0, 2f\n"                                                                                 \
    "add r1, r1, r0\n"                                                                             \
    "push {r1-r12}\n"                                                                              \
    "mov r1, r11\n"
#define WEFT_PAIR_END                                                                              \
    "add sp, sp, #48\n"                                                                            \
    "pop {r4-r11}\n"

#define WEFT_AGAIN_2 "ldr.n r2, " WEFT_X_END "cmp r0, r2\n" "bne.w 2b\n"

/* From 256 times the sum of a, and the sum of b, to upper words. Then the outputs of all sums that
 * are listed. */
#define WEFT_FOLDED(first, second, multiplier, multiplier_2, offset)                               \
    "add " second ", " offset ", " second ", lsl #8\n"                                             \
    "smmul " first ", " first ", " multiplier "\n"                                                 \
    "smmul " second ", " second ", " multiplier_2 "\n"
#define WEFT_TEXT_OF(x) #x
#define WEFT_TEXT(x) WEFT_TEXT_OF(x)
#define WEFT_SHIFTED(sums)                                                                         \
    ".irp r, " sums "\n"                                                                           \
    "ssat \\r, #8, \\r, asr #" WEFT_TEXT(WEFT_FOLDED_SHIFT) "\n"                                   \
    ".endr\n"

/* Outputs that have their own scaling: from a sum times 256 (of a), and from a sum (of b). These
 * and what is folded leave the flags alone. */
#define WEFT_FIRST(sum, multiplier, addend, shift, spare)                                          \
    "asr " sum ", " sum ", #7\n"                                                                   \
    WEFT_SCALED(sum, multiplier, addend, shift, spare)
#define WEFT_SECOND(sum, multiplier, addend, shift, spare)                                         \
    "lsl " sum ", " sum ", #1\n"                                                                   \
    WEFT_SCALED(sum, multiplier, addend, shift, spare)

/* Leaves in the job where the next bytes come from and where the next outputs go. */
static void __attribute__((noinline, unused)) weft_pair_asm_2(weft_pair_job *job)
{
    register weft_pair_job *r0 __asm__("r0") = job;
    __asm__ volatile(
        WEFT_PAIR_BEGIN
        "cmp r9, #0\n"
        "beq.w 1f\n"
        "ldr r4, [r12, " WEFT_COUNT
        "b 8f\n"
        ".p2align 2\n"
        "2:\n"
        WEFT_ROUND_2
        WEFT_AGAIN_2
        WEFT_ROUND_2
        "ldr r3, [r1, #4]\n" "ldr r5, [r1, #8]\n"
        "ldr r0, [r1, #12]\n" "ldr r4, [r1, #16]\n"
        "ldr r2, [r1], #20\n"
        "sub r6, r6, r7\n" "sub r10, r10, r11\n"
        "sub r8, r8, r9\n" "sub r12, r12, lr\n"
        "lsrs r2, r2, #1\n" /* the carry tells whether to stop */
        "beq 4f\n"
        WEFT_FOLDED("r6", "r7", "r2", "r3", "r5")
        WEFT_FOLDED("r10", "r11", "r2", "r3", "r5")
        "ldr r3, [r1], #4\n"
        "ldr r2, " WEFT_OUT_0
        "ldr r5, " WEFT_OUT_1
        WEFT_FOLDED("r8", "r9", "r0", "r4", "r3")
        WEFT_FOLDED("r12", "lr", "r0", "r4", "r3")
        WEFT_SHIFTED("r6, r7, r8, r9, r10, r11, r12, lr")
        "3:\n"
        "strb r7, [r2, #1]\n" "strb r8, [r2, #2]\n"
        "strb r9, [r2, #3]\n" "strb r6, [r2], #-4\n"
        "strb r11, [r5, #1]\n" "strb r12, [r5, #2]\n"
        "strb lr, [r5, #3]\n" "strb r10, [r5], #-4\n"
        "bcs 5f\n"
        "7:\n"
        "str r2, " WEFT_OUT_0
        "str r5, " WEFT_OUT_1
        "1:\n" /* the first pair: both vectors start from the same sums */
        "ldr r0, " WEFT_X
        "ldr r7, [r1, #4]\n" "ldr r8, [r1, #8]\n"
        "ldr r9, [r1, #12]\n" "ldr r4, [r1, #16]\n"
        "ldr r5, [r1, #20]\n" "ldr r6, [r1], #24\n"
        "ldr r3, [r0, #4]\n" "ldr r2, [r0], #8\n"
        "smlad r10, r4, r3, r6\n" "smlad r6, r4, r2, r6\n"
        "smlad r12, r5, r3, r8\n" "smlad r8, r5, r2, r8\n"
        "sxtb16 r4, r4\n" "sxtb16 r5, r5\n"
        "smlad r11, r4, r3, r7\n" "smlad r7, r4, r2, r7\n"
        "smlad lr, r5, r3, r9\n" "smlad r9, r5, r2, r9\n"
        "ldr pc, " WEFT_ENTRY
        "4:\n"
        WEFT_FIRST("r6", "r3", "r5", "r0", "r2")
        WEFT_FIRST("r10", "r3", "r5", "r0", "r2")
        "ldr r3, [r1, #0]\n" "ldr r5, [r1, #4]\n"
        WEFT_SECOND("r7", "r4", "r3", "r5", "r2")
        WEFT_SECOND("r11", "r4", "r3", "r5", "r2")
        "ldr r0, [r1, #8]\n" "ldr r3, [r1, #12]\n"
        "ldr r4, [r1, #16]\n"
        WEFT_FIRST("r8", "r0", "r3", "r4", "r2")
        WEFT_FIRST("r12", "r0", "r3", "r4", "r2")
        "ldr r0, [r1, #20]\n" "ldr r3, [r1, #24]\n"
        "ldr r4, [r1, #28]\n"
        WEFT_SECOND("r9", "r0", "r3", "r4", "r2")
        WEFT_SECOND("lr", "r0", "r3", "r4", "r2")
        "add r1, r1, #32\n"
        "ldr r2, " WEFT_OUT_0
        "ldr r5, " WEFT_OUT_1
        "b 3b\n"
        "5:\n" /* the next two vectors, unless there are more blocks */
        "ldr r0, " WEFT_W_END
        "ldr r3, " WEFT_X
        "ldr r4, " WEFT_X_LAST
        "ldr r6, " WEFT_X_STEP
        "ldr r7, " WEFT_X_END
        "ldr r8, " WEFT_OUT_STEP
        "cmp r1, r0\n"
        "bne 7b\n"
        "add r2, r2, r8\n" "add r5, r5, r8\n"
        "cmp r3, r4\n"
        "beq 6f\n"
        "ldr r1, " WEFT_W
        "add r3, r3, r6\n" "add r7, r7, r6\n"
        "str r3, " WEFT_X
        "str r7, " WEFT_X_END
        "b 7b\n"
        "6:\n"
        "ldr r9, " WEFT_TWOS
        "ldr r12, " WEFT_JOB
        "ldr r4, [r12, " WEFT_COUNT
        "ldr r1, " WEFT_W
        "cmp r9, #0\n"
        "beq 10f\n"
        "subs r4, r4, #1\n"
        "beq 10f\n"
        "8:\n" /* vectors that take turns become inputs, two words at a time */
        "str r4, [r12, " WEFT_COUNT
        "ldr r6, [r12, " WEFT_IN_0
        "ldr r7, [r12, " WEFT_IN_1
        "9:\n"
        "ldr r10, [r6, #4]\n" "ldr r8, [r6], #8\n"
        "ldr r11, [r7, #4]\n" "ldr r4, [r7], #8\n"
        "sxtb16 r0, r8\n" "str r0, [r3], #32\n"
        "sxtb16 r0, r4\n" "str r0, [r3, #-28]\n"
        "sxtb16 r8, r8, ror #8\n" "str r8, [r3, #-24]\n"
        "sxtb16 r4, r4, ror #8\n" "str r4, [r3, #-20]\n"
        "sxtb16 r0, r10\n" "str r0, [r3, #-16]\n"
        "sxtb16 r0, r11\n" "str r0, [r3, #-12]\n"
        "sxtb16 r10, r10, ror #8\n" "str r10, [r3, #-8]\n"
        "sxtb16 r11, r11, ror #8\n" "str r11, [r3, #-4]\n"
        "subs r9, r9, #1\n"
        "bne 9b\n"
        "str r6, [r12, " WEFT_IN_0
        "str r7, [r12, " WEFT_IN_1
        "b 7b\n"
        "10:\n"
        "mov r0, r12\n"
        "str r2, [r0, #4]\n" "str r5, [r0, #16]\n"
        WEFT_PAIR_END
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

static void __attribute__((noinline, unused)) weft_pair_asm_1(const weft_pair_job *job)
{
    register const weft_pair_job *r0 __asm__("r0") = job;
    __asm__ volatile(
        WEFT_PAIR_BEGIN
        "b 1f\n"
        ".p2align 2\n"
        "2:\n"
        WEFT_ROUND_1
        "cmp r0, r12\n"
        "bne 2b\n"
        "ldr lr, " WEFT_TAIL
        "cmp lr, #0\n"
        "ite eq\n"
        "moveq r0, r1\n"
        "movne r0, lr\n"
        "ldr r3, [r0, #4]\n" "ldr r4, [r0, #8]\n"
        "ldr r5, [r0, #12]\n" "ldr r6, [r0, #16]\n"
        "ldr r7, [r0, #20]\n" "ldr r2, [r0], #24\n"
        "sub r8, r8, r9\n" "sub r10, r10, r11\n"
        "lsrs r2, r2, #1\n"
        "beq 4f\n"
        WEFT_FOLDED("r8", "r9", "r2", "r3", "r4")
        WEFT_FOLDED("r10", "r11", "r5", "r6", "r7")
        WEFT_SHIFTED("r8, r9, r10, r11")
        "3:\n"
        "cmp lr, #0\n"
        "it eq\n"
        "moveq r1, r0\n"
        "ldr r0, " WEFT_OUT_0
        "ldr r3, " WEFT_W_END
        "strb r9, [r0, #1]\n" "strb r10, [r0, #2]\n"
        "strb r11, [r0, #3]\n" "strb r8, [r0], #-4\n"
        "str r0, " WEFT_OUT_0
        "cmp r1, r3\n"
        "beq 5f\n"
        "1:\n"
        "ldr r0, " WEFT_X
        "ldr r12, " WEFT_X_END
        "ldr r3, " WEFT_ENTRY
        "ldr r9, [r1, #4]\n" "ldr r10, [r1, #8]\n"
        "ldr r11, [r1, #12]\n" "ldr r8, [r1], #16\n"
        "bx r3\n"
        "4:\n"
        WEFT_FIRST("r8", "r3", "r4", "r5", "r12")
        "ldr r2, [r0], #4\n"
        WEFT_SECOND("r9", "r6", "r7", "r2", "r12")
        "ldr r3, [r0, #4]\n" "ldr r4, [r0, #8]\n"
        "ldr r5, [r0, #12]\n" "ldr r6, [r0, #16]\n"
        "ldr r7, [r0, #20]\n" "ldr r2, [r0], #24\n"
        WEFT_FIRST("r10", "r2", "r3", "r4", "r12")
        WEFT_SECOND("r11", "r5", "r6", "r7", "r12")
        "b 3b\n"
        "5:\n"
        WEFT_PAIR_END
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

/* clang-format on */

static inline void weft_pair_start(weft_pair_job *job, int32_t vectors, int32_t pairs)
{
    const uint32_t first = vectors > 1 ? 1 : 0;
    const uint32_t skipped = (first - (uint32_t)pairs) & (WEFT_ROUND - 1);
    const uint32_t loop = vectors > 1 && pairs <= 1 + WEFT_ROUND ? WEFT_LOOP_BYTES_2 : 0;
    job->entry = loop + skipped * (vectors > 1 ? WEFT_PAIR_BYTES_2 : WEFT_PAIR_BYTES_1) + 1;
    job->x_bytes = 8 * ((uint32_t)pairs - first * WEFT_ROUND);
    job->first = first;
}

static inline void weft_pair_weights(weft_pair_job *job, const uint32_t *w, const uint32_t *end,
                                     int32_t blocks, const uint32_t *tail)
{
    job->w = (uint32_t)(uintptr_t)w;
    job->w_end = (uint32_t)(uintptr_t)end;
    job->out_back = 4 * (uint32_t)blocks;
    job->tail = (uint32_t)(uintptr_t)tail;
}

static inline void weft_pair_inputs(weft_pair_job *job, uint32_t *x, int32_t step)
{
    job->x = (uint32_t)(uintptr_t)x;
    job->x_end = job->x + job->x_bytes;
    job->x_step = 4 * (uint32_t)step;
    job->twos = job->tail;
}

static inline void weft_pair_bytes(weft_pair_job *job, uint32_t *x, const int8_t *in_0,
                                   const int8_t *in_1, int32_t words)
{
    weft_pair_inputs(job, x, 0);
    job->twos = (uint32_t)words / 2;
    job->in_0 = in_0;
    job->in_1 = in_1;
}

static inline void weft_pair_outputs(weft_pair_job *job, int8_t *out_0, int8_t *out_1, int32_t step)
{
    job->out_0 = out_0;
    job->out_1 = out_1;
    job->out_step = job->out_back + (uint32_t)step;
}

/* Not inlined: it is called from several places. */
static void __attribute__((noinline, unused)) weft_pair_run(weft_pair_job *job, int32_t count)
{
    if (job->first == 0) {
        weft_pair_asm_1(job);
        return;
    }
    job->count = (uint32_t)count;
    job->x_last = job->twos == 0 ? job->x + job->x_step * (uint32_t)(count - 1) : job->x;
    weft_pair_asm_2(job);
}

#endif
