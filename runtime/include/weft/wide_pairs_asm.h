/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/wide_pairs.h in Thumb-2 with the DSP extension; it includes this file. Written in assembly
 * because every register but the stack pointer holds something in the loops: compilers spill.
 *
 * The loops are unrolled, and entered where the number of pairs leaves a whole number of rounds;
 * all their instructions have four bytes. The assembly saves r4 to r11 itself, because compilers
 * may keep some of them for themselves. Its functions hold nothing else: compilers take .rept
 * blocks for shorter than they are.
 */
#ifndef WEFT_WIDE_PAIRS_ASM_H
#define WEFT_WIDE_PAIRS_ASM_H

#define WEFT_WIDE_ROUND 8    /* pairs */
#define WEFT_WIDE_BYTES_1 44 /* of code for a pair of one vector */
#define WEFT_WIDE_BYTES_2 64 /* of two */

/* A job as the assembly takes it, in this order. */
typedef struct {
    const uint32_t *w;
    uint32_t entry; /* of the loop, relative to its first instruction; odd for Thumb code */
    const uint8_t *x;
    const uint8_t *x_end;
    int16_t *out_0;
    int16_t *out_1;
    int32_t blocks;
    uint32_t how;
} weft_wide_fields;

/* clang-format off */

/* Where these fields are on the stack. */
#define WEFT_WIDE_ENTRY "[sp, #0]\n"
#define WEFT_WIDE_X "[sp, #4]\n"
#define WEFT_WIDE_X_END "[sp, #8]\n"
#define WEFT_WIDE_OUT_0 "[sp, #12]\n"
#define WEFT_WIDE_OUT_1 "[sp, #16]\n"
#define WEFT_WIDE_BLOCKS "[sp, #20]\n"
#define WEFT_WIDE_HOW "[sp, #24]\n"

/* Begin and end: r0 are the fields, r1 becomes the weights; rounds start at label 2. */
#define WEFT_WIDE_BEGIN                                                                            \
    "push {r4-r11, lr}\n"                                                                          \
    "ldm r0, {r1-r8}\n"                                                                            \
    "adr r0, 2f\n"                                                                                 \
    "add r2, r2, r0\n"                                                                             \
    "push {r2-r8}\n"                                                                               \
    "b 1f\n"                                                                                       \
    ".p2align 2\n"                                                                                 \
    "2:\n"
#define WEFT_WIDE_AGAIN                                                                            \
    "ldr r2, " WEFT_WIDE_X_END                                                                     \
    "cmp r0, r2\n"                                                                                 \
    "bne.w 2b\n"
#define WEFT_WIDE_END                                                                              \
    "add sp, sp, #28\n"                                                                            \
    "pop {r4-r11, lr}\n"

/* The next two pairs of one vector: r0 and r1 point to inputs and weights, sums are in r4 to r7. */
#define WEFT_WIDE_STEP_1                                                                           \
    "ldr.w r3, [r0, #4]\n" "ldr.w r2, [r0], #8\n"                                                  \
    "ldr.w r9, [r1, #4]\n" "ldr.w r10, [r1, #8]\n"                                                 \
    "ldr.w r11, [r1, #12]\n" "ldr.w r8, [r1], #16\n"                                               \
    "sxtb16 r12, r8\n" "sxtb16 r8, r8, ror #8\n"                                               \
    "smlad r4, r12, r2, r4\n" "smlad r5, r8, r2, r5\n"                                             \
    "sxtb16 r12, r9\n" "sxtb16 r9, r9, ror #8\n"                                               \
    "smlad r6, r12, r2, r6\n" "smlad r7, r9, r2, r7\n"                                             \
    "sxtb16 r12, r10\n" "sxtb16 r10, r10, ror #8\n"                                            \
    "smlad r4, r12, r3, r4\n" "smlad r5, r10, r3, r5\n"                                            \
    "sxtb16 r12, r11\n" "sxtb16 r11, r11, ror #8\n"                                            \
    "smlad r6, r12, r3, r6\n" "smlad r7, r11, r3, r7\n"

/* The next pair of two vectors; sums are in r4 to r7 and r8 to r11. */
#define WEFT_WIDE_STEP_2                                                                           \
    "ldr.w r3, [r0, #4]\n" "ldr.w r2, [r0], #8\n"                                                  \
    "ldr.w r12, [r1], #4\n"                                                                        \
    "sxtb16 lr, r12\n" "sxtb16 r12, r12, ror #8\n"                                             \
    "smlad r4, lr, r2, r4\n" "smlad r8, lr, r3, r8\n"                                              \
    "smlad r5, r12, r2, r5\n" "smlad r9, r12, r3, r9\n"                                            \
    "ldr.w r12, [r1], #4\n"                                                                        \
    "sxtb16 lr, r12\n" "sxtb16 r12, r12, ror #8\n"                                             \
    "smlad r6, lr, r2, r6\n" "smlad r10, lr, r3, r10\n"                                            \
    "smlad r7, r12, r2, r7\n" "smlad r11, r12, r3, r11\n"

#define WEFT_WIDE_STORE(sum, out) WEFT_WIDE_SATURATED(sum) "strh " sum ", [" out "], #2\n"

/* A channel's scaling: multiplier r3 and addend r12, and behind the multiplication shift lr. */
#define WEFT_WIDE_SCALING "ldr r12, [r1, #4]\n" "ldr r3, [r1], #12\n"
#define WEFT_WIDE_SHIFT "ldr lr, [r1, #-4]\n"

#define WEFT_WIDE_OUTPUT_1(scaled, sum)                                                            \
    WEFT_WIDE_SCALING scaled(sum) WEFT_WIDE_SHIFT WEFT_WIDE_STORE(sum, "r0")
#define WEFT_WIDE_OUTPUT_2(scaled, sum, second)                                                    \
    WEFT_WIDE_SCALING scaled(sum) scaled(second) WEFT_WIDE_SHIFT                                   \
    WEFT_WIDE_STORE(sum, "r0") WEFT_WIDE_STORE(second, "r2")
#define WEFT_WIDE_OUTPUTS_1(scaled)                                                                \
    WEFT_WIDE_OUTPUT_1(scaled, "r4") WEFT_WIDE_OUTPUT_1(scaled, "r5")                              \
    WEFT_WIDE_OUTPUT_1(scaled, "r6") WEFT_WIDE_OUTPUT_1(scaled, "r7")
#define WEFT_WIDE_OUTPUTS_2(scaled)                                                                \
    WEFT_WIDE_OUTPUT_2(scaled, "r4", "r8") WEFT_WIDE_OUTPUT_2(scaled, "r5", "r9")                  \
    WEFT_WIDE_OUTPUT_2(scaled, "r6", "r10") WEFT_WIDE_OUTPUT_2(scaled, "r7", "r11")

static void __attribute__((noinline, unused)) weft_wide_asm_1(const weft_wide_fields *fields)
{
    register const weft_wide_fields *r0 __asm__("r0") = fields;
    __asm__ volatile(
        WEFT_WIDE_BEGIN
        ".rept 4\n" WEFT_WIDE_STEP_1 ".endr\n"
        WEFT_WIDE_AGAIN
        "ldr r0, " WEFT_WIDE_OUT_0
        "ldr r3, " WEFT_WIDE_HOW
        "cmp r3, #4\n" /* WEFT_WIDE_RAW */
        "beq 6f\n"
        "lsrs r3, r3, #1\n" /* the carry is WEFT_WIDE_ONCE */
        "bcc 3f\n"
        WEFT_WIDE_OUTPUTS_1(WEFT_WIDE_SCALED_ONCE)
        "b 4f\n"
        "3:\n"
        WEFT_WIDE_OUTPUTS_1(WEFT_WIDE_SCALED_TWICE)
        "4:\n"
        "str r0, " WEFT_WIDE_OUT_0
        "ldr r3, " WEFT_WIDE_BLOCKS
        "subs r3, r3, #1\n"
        "beq 5f\n"
        "str r3, " WEFT_WIDE_BLOCKS
        "1:\n"
        "ldr r0, " WEFT_WIDE_X
        "ldm r1!, {r4-r7}\n"
        "ldr pc, " WEFT_WIDE_ENTRY
        "6:\n"
        "stm r0, {r4-r7}\n"
        "5:\n"
        WEFT_WIDE_END
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "cc", "memory");
}

static void __attribute__((noinline, unused)) weft_wide_asm_2(const weft_wide_fields *fields)
{
    register const weft_wide_fields *r0 __asm__("r0") = fields;
    __asm__ volatile(
        WEFT_WIDE_BEGIN
        ".rept 8\n" WEFT_WIDE_STEP_2 ".endr\n"
        WEFT_WIDE_AGAIN
        "ldr r0, " WEFT_WIDE_OUT_0
        "ldr r2, " WEFT_WIDE_OUT_1
        "ldr r3, " WEFT_WIDE_HOW
        "cmp r3, #4\n"
        "beq.w 6f\n"
        "lsrs r3, r3, #1\n"
        "bcc.w 3f\n"
        WEFT_WIDE_OUTPUTS_2(WEFT_WIDE_SCALED_ONCE)
        "b.w 4f\n"
        "3:\n"
        WEFT_WIDE_OUTPUTS_2(WEFT_WIDE_SCALED_TWICE)
        "4:\n"
        "str r0, " WEFT_WIDE_OUT_0
        "str r2, " WEFT_WIDE_OUT_1
        "ldr r3, " WEFT_WIDE_BLOCKS
        "subs r3, r3, #1\n"
        "beq 5f\n"
        "str r3, " WEFT_WIDE_BLOCKS
        "1:\n"
        "ldr r0, " WEFT_WIDE_X
        "ldm r1!, {r4-r7}\n"
        "mov r8, r4\n" "mov r9, r5\n" "mov r10, r6\n" "mov r11, r7\n"
        "ldr pc, " WEFT_WIDE_ENTRY
        "6:\n"
        "stm r0, {r4-r7}\n"
        "stm r2, {r8-r11}\n"
        "5:\n"
        WEFT_WIDE_END
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "cc", "memory");
}

/* clang-format on */

static inline weft_wide_fields weft_wide_prepare(const weft_wide_job *job, uint32_t vectors)
{
    const uint32_t pairs = (uint32_t)job->pairs, skipped = (0U - pairs) & (WEFT_WIDE_ROUND - 1);
    const uint32_t bytes = vectors > 1 ? WEFT_WIDE_BYTES_2 : WEFT_WIDE_BYTES_1;
    const weft_wide_fields fields = {
        job->w,     skipped * bytes + 1, job->x,      job->x + 4 * vectors * pairs,
        job->out_0, job->out_1,          job->blocks, job->how};
    return fields;
}

static inline void weft_wide_run_1(const weft_wide_job *job)
{
    const weft_wide_fields fields = weft_wide_prepare(job, 1);
    weft_wide_asm_1(&fields);
}

static inline void weft_wide_run_2(const weft_wide_job *job)
{
    const weft_wide_fields fields = weft_wide_prepare(job, 2);
    weft_wide_asm_2(&fields);
}

#endif
