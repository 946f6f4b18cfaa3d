/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_wide.h in Thumb-2 with the DSP extension; it includes this file. Written in
 * assembly because every register but the stack pointer holds something in the loop: compilers
 * spill.
 *
 * The loop is unrolled, and entered where the number of taps leaves a whole number of rounds; all
 * its instructions have four bytes. The assembly saves r4 to r11 itself, because compilers may keep
 * some of them for themselves. Its function holds nothing else: compilers take .rept blocks for
 * shorter than they are.
 */
#ifndef WEFT_DEPTHWISE_WIDE_ASM_H
#define WEFT_DEPTHWISE_WIDE_ASM_H

#define WEFT_WIDE_TAPS 8       /* in a round */
#define WEFT_WIDE_TAP_BYTES 44 /* of code for a tap */

/* A row as the assembly takes it, in this order: seven fields that go to the stack, and four that
 * go to r8 to r11. */
typedef struct {
    uint32_t entry; /* of the loop, relative to its first instruction; odd for Thumb code */
    const weft_wide_tap *taps;
    int16_t *out;
    int32_t out_step; /* bytes */
    int32_t fours;
    uint32_t how;
    const uint32_t *scaling;
    const uint8_t *x;
    int32_t stride;
    int32_t stride_3; /* three times that */
    const weft_wide_tap *taps_end;
} weft_wide_row_fields;

/* clang-format off */

static void __attribute__((noinline, unused)) weft_wide_row_asm(const weft_wide_row_fields *fields)
{
    register const weft_wide_row_fields *r0 __asm__("r0") = fields;
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldm r0, {r1-r11}\n"
        "adr r0, 2f\n"
        "add r1, r1, r0\n"
        "push {r1-r7}\n"
        "b 1f\n"
        ".p2align 2\n"
        "2:\n" /* sums of four windows are in r4 to r7 */
        ".rept 8\n"
        "ldr.w r2, [r0, #4]\n" "ldr.w r1, [r0], #8\n"
        "add.w r1, r8, r1\n"
        "ldr.w r3, [r1]\n" "ldr.w r12, [r1, r9]\n"
        "ldr.w lr, [r1, r9, lsl #1]\n" "ldr.w r1, [r1, r10]\n"
        "smlad r4, r3, r2, r4\n" "smlad r5, r12, r2, r5\n"
        "smlad r6, lr, r2, r6\n" "smlad r7, r1, r2, r7\n"
        ".endr\n"
        "cmp r0, r11\n"
        "bne.w 2b\n"
        "ldr r0, [sp, #24]\n" /* scaling */
        "ldr r1, [sp, #20]\n" /* how */
        "ldr r2, [sp, #8]\n"  /* out */
        "ldr r12, [r0, #8]\n" "ldr r3, [r0, #4]\n"
        "lsrs r1, r1, #1\n" /* the carry is WEFT_WIDE_ONCE */
        "ldr r1, [sp, #12]\n" /* from an output to the next */
        "bcc 3f\n"
        WEFT_WIDE_SCALED_ONCE("r4") WEFT_WIDE_SCALED_ONCE("r5")
        WEFT_WIDE_SCALED_ONCE("r6") WEFT_WIDE_SCALED_ONCE("r7")
        "b 4f\n"
        "3:\n"
        WEFT_WIDE_SCALED_TWICE("r4") WEFT_WIDE_SCALED_TWICE("r5")
        WEFT_WIDE_SCALED_TWICE("r6") WEFT_WIDE_SCALED_TWICE("r7")
        "4:\n"
        "ldr lr, [r0, #12]\n"
        WEFT_WIDE_SATURATED("r4") WEFT_WIDE_SATURATED("r5")
        WEFT_WIDE_SATURATED("r6") WEFT_WIDE_SATURATED("r7")
        "add r3, r1, r1, lsl #1\n"
        "strh r4, [r2]\n" "strh r5, [r2, r1]\n"
        "strh r6, [r2, r1, lsl #1]\n" "strh r7, [r2, r3]\n"
        "add r2, r2, r1, lsl #2\n"
        "str r2, [sp, #8]\n"
        "add r8, r8, r9, lsl #2\n"
        "ldr r1, [sp, #16]\n" /* fours */
        "subs r1, r1, #1\n"
        "beq 5f\n"
        "str r1, [sp, #16]\n"
        "1:\n"
        "ldr r0, [sp, #24]\n"
        "ldr r4, [r0]\n"
        "ldr r0, [sp, #4]\n" /* taps */
        "mov r5, r4\n" "mov r6, r4\n" "mov r7, r4\n"
        "ldr pc, [sp]\n"
        "5:\n"
        "add sp, sp, #28\n"
        "pop {r4-r11, lr}\n"
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "cc", "memory");
}

/* clang-format on */

static inline void weft_wide_run_row(const weft_wide_row *row)
{
    const uint32_t taps = (uint32_t)(row->taps_end - row->taps);
    const uint32_t skipped = (0U - taps) & (WEFT_WIDE_TAPS - 1);
    const weft_wide_row_fields fields = {
        skipped * WEFT_WIDE_TAP_BYTES + 1,
        row->taps,
        row->out,
        2 * row->out_step,
        row->fours,
        row->how,
        row->scaling,
        row->x,
        row->stride,
        3 * row->stride,
        row->taps_end,
    };
    weft_wide_row_asm(&fields);
}

#endif
