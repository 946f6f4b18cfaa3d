/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/pair_dense.h in Thumb-2 with the DSP extension; it includes this file. Why in assembly, and
 * what its functions must not hold: see weft/pair_gemm_asm.h.
 */
#ifndef WEFT_PAIR_DENSE_ASM_H
#define WEFT_PAIR_DENSE_ASM_H

/* What the assembly takes, in this order. */
typedef struct {
    uint32_t entry; /* of the loop, relative to its first instruction; odd for Thumb code */
    const uint32_t *x;
    const uint32_t *w_end;
    int8_t *out;
    const uint32_t *w;
    const uint32_t *x_end;
    const uint32_t *tail;
} weft_dense_asm_job;

/* clang-format off */

/* Where the first four of these are on the stack. */
#define WEFT_DENSE_ENTRY "[sp, #0]\n"
#define WEFT_DENSE_X "[sp, #4]\n"
#define WEFT_DENSE_W_END "[sp, #8]\n"
#define WEFT_DENSE_OUT "[sp, #12]\n"

/* A round, two pairs at a time: sums are in r8 to r11, the end of the inputs in r12. */
#define WEFT_DENSE_ROUND 32 /* pairs */
#define WEFT_DENSE_BYTES 32 /* of code for a pair */
#define WEFT_DENSE_PAIRS                                                                           \
    ".rept 16\n"                                                                                   \
    "ldr.n r3, [r0, #4]\n" "ldr r2, [r0], #8\n"                                                    \
    "ldr.n r5, [r1, #4]\n" "ldr.n r6, [r1, #8]\n"                                                  \
    "ldr.n r7, [r1, #12]\n" "ldr r4, [r1], #16\n"                                                  \
    "smlad r8, r4, r2, r8\n" "smlad r10, r5, r2, r10\n"                                            \
    "smlad r8, r6, r3, r8\n" "smlad r10, r7, r3, r10\n"                                            \
    "sxtb16 r4, r4\n" "sxtb16 r5, r5\n"                                                            \
    "sxtb16 r6, r6\n" "sxtb16 r7, r7\n"                                                            \
    "smlad r9, r4, r2, r9\n" "smlad r11, r5, r2, r11\n"                                            \
    "smlad r9, r6, r3, r9\n" "smlad r11, r7, r3, r11\n"                                            \
    ".endr\n"

/* lr is the tail of all blocks, or NULL. */
static void __attribute__((noinline, unused)) weft_dense_asm(const weft_dense_asm_job *job)
{
    register const weft_dense_asm_job *r0 __asm__("r0") = job;
    __asm__ volatile(
        "push {r4-r11}\n"
        "ldm r0, {r1-r5, r12, lr}\n"
        "adr r0, 2f\n"
        "add r1, r1, r0\n"
        "push {r1-r4}\n"
        "mov r1, r5\n"
        "b 1f\n"
        ".p2align 2\n"
        "2:\n"
        WEFT_DENSE_PAIRS
        "cmp r0, r12\n"
        "bne.w 2b\n"
        "sub r8, r8, r9\n" "sub r10, r10, r11\n"
        "cmp lr, #0\n"
        "beq 5f\n"
        "ldm lr, {r2-r5}\n"
        "lsrs r2, r2, #1\n"
        "beq 4f\n"
        WEFT_FOLDED("r8", "r9", "r2", "r2", "r4")
        WEFT_FOLDED("r10", "r11", "r2", "r2", "r4")
        "6:\n"
        WEFT_SHIFTED("r8, r9, r10, r11")
        "3:\n"
        "ldr r0, " WEFT_DENSE_OUT
        "ldr r2, " WEFT_DENSE_W_END
        "strb r9, [r0, #1]\n" "strb r10, [r0, #2]\n"
        "strb r11, [r0, #3]\n" "strb r8, [r0], #-4\n"
        "str r0, " WEFT_DENSE_OUT
        "cmp r1, r2\n"
        "beq 8f\n"
        "1:\n" /* the next block */
        "ldr r0, " WEFT_DENSE_X
        "ldr r9, [r1, #4]\n" "ldr r10, [r1, #8]\n"
        "ldr r11, [r1, #12]\n" "ldr r8, [r1], #16\n"
        "ldr pc, " WEFT_DENSE_ENTRY
        "4:\n" /* not folded */
        WEFT_FIRST("r8", "r3", "r4", "r5", "r2")
        WEFT_SECOND("r9", "r3", "r4", "r5", "r2")
        WEFT_FIRST("r10", "r3", "r4", "r5", "r2")
        WEFT_SECOND("r11", "r3", "r4", "r5", "r2")
        "b 3b\n"
        "5:\n" /* a block's own tail */
        "ldr r3, [r1, #4]\n" "ldr r4, [r1, #8]\n"
        "ldr r5, [r1, #12]\n" "ldr r6, [r1, #16]\n"
        "ldr r7, [r1, #20]\n" "ldr r2, [r1], #24\n"
        "lsrs r2, r2, #1\n"
        "beq 7f\n"
        WEFT_FOLDED("r8", "r9", "r2", "r3", "r4")
        WEFT_FOLDED("r10", "r11", "r5", "r6", "r7")
        "b 6b\n"
        "7:\n" /* and not folded */
        WEFT_FIRST("r8", "r3", "r4", "r5", "r0")
        "ldm r1!, {r2-r5}\n"
        WEFT_SECOND("r9", "r6", "r7", "r2", "r0")
        WEFT_FIRST("r10", "r3", "r4", "r5", "r0")
        "ldm r1!, {r2-r4}\n"
        WEFT_SECOND("r11", "r2", "r3", "r4", "r0")
        "b 3b\n"
        "8:\n"
        "add sp, sp, #16\n"
        "pop {r4-r11}\n"
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

/* clang-format on */

static inline void weft_dense_run(const weft_blocks *of, const void *x, int8_t *out)
{
    const uint32_t *const pairs = (const uint32_t *)x;
    const uint32_t skipped = (0 - (uint32_t)of->pairs) & (WEFT_DENSE_ROUND - 1);
    const weft_dense_asm_job job = {
        skipped * WEFT_DENSE_BYTES + 1, pairs, of->w_end, out, of->w, pairs + of->pairs, of->tail};
    weft_dense_asm(&job);
}

#endif
