/* SPDX-License-Identifier: Apache-2.0
 *
 * Two vectors at a time: a piece of weft/pair_pieces_asm.h, which includes this file.
 */
#ifndef WEFT_PAIR_PIECES_TWO_ASM_H
#define WEFT_PAIR_PIECES_TWO_ASM_H

/* clang-format off */

/* Twice the sums of the channels a and c, for the first and for the second vector. */
#define WEFT_PIECES_A_0 "[sp, #36]\n"
#define WEFT_PIECES_C_0 "[sp, #40]\n"
#define WEFT_PIECES_A_1 "[sp, #44]\n"
#define WEFT_PIECES_C_1 "[sp, #48]\n"

static void __attribute__((noinline, unused)) weft_pieces_asm_2(const weft_pieces_job *job)
{
    register const weft_pieces_job *r0 __asm__("r0") = job;
    __asm__ volatile(
        WEFT_PIECES_BEGIN
        "2:\n"
        WEFT_ROUND_2
        "ldr r2, " WEFT_PIECES_END
        "cmp r0, r2\n"
        "bne.w 2b\n"
        "ldr r3, " WEFT_PIECES_A_0
        "ldr r4, " WEFT_PIECES_C_0
        "ldr r5, " WEFT_PIECES_A_1
        "ldr r2, " WEFT_PIECES_C_1
        "sub r6, r6, r7\n" "sub r10, r10, r11\n"
        "sub r8, r8, r9\n" "sub r12, r12, lr\n"
        "add r6, r3, r6, asr #7\n" "add r8, r4, r8, asr #7\n"
        "add r10, r5, r10, asr #7\n" "add r12, r2, r12, asr #7\n"
        "ldr r3, " WEFT_PIECES_X_END
        "cmp r0, r3\n"
        "beq 3f\n"
        "str r6, " WEFT_PIECES_A_0
        "str r8, " WEFT_PIECES_C_0
        "str r10, " WEFT_PIECES_A_1
        "str r12, " WEFT_PIECES_C_1
        "mov r6, r7\n" "mov r8, r9\n"
        "mov r10, r11\n" "mov r12, lr\n"
        WEFT_PIECES_NEXT("1920")
        "3:\n" /* the outputs of a block */
        "lsl r7, r7, #1\n" "lsl r11, r11, #1\n"
        "lsl r9, r9, #1\n" "lsl lr, lr, #1\n"
        "ldr r0, [r1]\n" "ldr r2, [r1, #4]\n" "ldr r3, [r1, #8]\n"
        WEFT_SCALED("r6", "r0", "r2", "r3", "r4")
        WEFT_SCALED("r10", "r0", "r2", "r3", "r4")
        "ldr r0, [r1, #12]\n" "ldr r2, [r1, #16]\n" "ldr r3, [r1, #20]\n"
        WEFT_SCALED("r7", "r0", "r2", "r3", "r4")
        WEFT_SCALED("r11", "r0", "r2", "r3", "r4")
        "ldr r0, [r1, #24]\n" "ldr r2, [r1, #28]\n" "ldr r3, [r1, #32]\n"
        WEFT_SCALED("r8", "r0", "r2", "r3", "r4")
        WEFT_SCALED("r12", "r0", "r2", "r3", "r4")
        "ldr r0, [r1, #36]\n" "ldr r2, [r1, #40]\n" "ldr r3, [r1, #44]\n"
        WEFT_SCALED("r9", "r0", "r2", "r3", "r4")
        WEFT_SCALED("lr", "r0", "r2", "r3", "r4")
        "add r1, r1, #48\n"
        "ldr r2, " WEFT_PIECES_OUT_0
        "ldr r5, " WEFT_PIECES_OUT_1
        "ldr r3, " WEFT_PIECES_W_END
        "strb r7, [r2, #1]\n" "strb r8, [r2, #2]\n"
        "strb r9, [r2, #3]\n" "strb r6, [r2], #-4\n"
        "strb r11, [r5, #1]\n" "strb r12, [r5, #2]\n"
        "strb lr, [r5, #3]\n" "strb r10, [r5], #-4\n"
        "str r2, " WEFT_PIECES_OUT_0
        "str r5, " WEFT_PIECES_OUT_1
        "cmp r1, r3\n"
        "beq 5f\n"
        "1:\n" /* the next block */
        "ldr r0, " WEFT_PIECES_X
        "ldr r2, " WEFT_PIECES_FIRST_END
        "ldr r7, [r1, #4]\n" "ldr r4, [r1, #8]\n"
        "ldr r9, [r1, #12]\n" "ldr r3, [r1], #16\n"
        "str r2, " WEFT_PIECES_END
        "str r3, " WEFT_PIECES_A_0
        "str r4, " WEFT_PIECES_C_0
        "str r3, " WEFT_PIECES_A_1
        "str r4, " WEFT_PIECES_C_1
        "mov r6, r7\n" "mov r10, r7\n" "mov r11, r7\n"
        "mov r8, r9\n" "mov r12, r9\n" "mov lr, r9\n"
        "ldr pc, " WEFT_PIECES_ENTRY
        "5:\n"
        WEFT_PIECES_LEAVE
        : "+r"(r0)
        :
        : "r1", "r2", "r3", "r12", "lr", "cc", "memory");
}

/* clang-format on */

static inline void weft_pieces_two(const weft_blocks *of, const uint32_t *x, int8_t *out_0,
                                   int8_t *out_1)
{
    weft_pieces_job job = weft_pieces_prepared(of, x, 8, WEFT_PAIR_BYTES_2);
    job.out_0 = out_0;
    job.out_1 = out_1;
    weft_pieces_asm_2(&job);
}

#endif
