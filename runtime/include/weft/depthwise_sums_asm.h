/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_sums.h in Thumb-2 with the DSP extension; it includes this file. Written in
 * assembly because every register but the stack pointer holds something in the loops.
 *
 * The functions hold nothing but assembly, and their parameter is on the stack: the job.
 */
#ifndef WEFT_DEPTHWISE_SUMS_ASM_H
#define WEFT_DEPTHWISE_SUMS_ASM_H

/* clang-format off */

/* In the loop: r4 to r8 sums, r9 x, r10 w, r11 control, r12 filter_step; r0 and r1 weights of columns
 * 1 and 0, r2, r3 and lr pairs of x. `j`: which two columns of the filter, from 0 to 3. */
#define WEFT_SUMS_LOAD_1(x, j, at) "ldr " x ", [r9, #8 * " #j " + " #at "]\n"
#define WEFT_SUMS_LOAD_2(j, a, b) WEFT_SUMS_LOAD_1("r2", j, a) WEFT_SUMS_LOAD_1("r3", j, b)
#define WEFT_SUMS_LOAD_3(j, a, b, c) WEFT_SUMS_LOAD_2(j, a, b) WEFT_SUMS_LOAD_1("lr", j, c)
#define WEFT_SUMS_ADD(sum, x, w) "smlad " sum ", " x ", " w ", " sum "\n"
#define WEFT_SUMS_WEIGHTS_0 "ldr r0, [r10]\n"
#define WEFT_SUMS_WEIGHTS_1 "ldr r0, [r10, r12]\n"
#define WEFT_SUMS_WEIGHTS_2 "ldr r0, [r10, r12, lsl #1]\n"
#define WEFT_SUMS_WEIGHTS_3 "add r1, r10, r12\n ldr r0, [r1, r12, lsl #1]\n"
#define WEFT_SUMS_TWO(j)                                                                           \
    WEFT_SUMS_WEIGHTS_##j                                                                          \
    WEFT_SUMS_LOAD_3(j, 0, 4, 8)                                                                   \
    "sxtb16 r1, r0\n"                                                                              \
    "sxtb16 r0, r0, ror #8\n"

/* Two columns of the filter: five or three outputs, at a stride of 1 or 2. */
#define WEFT_SUMS_PAIR_3_1(j)                                                                      \
    WEFT_SUMS_TWO(j)                                                                               \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r4", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "lr", "r0")                                                                \
    WEFT_SUMS_LOAD_1("r2", j, 12)                                                                  \
    WEFT_SUMS_ADD("r6", "lr", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "r2", "r0")
#define WEFT_SUMS_PAIR_5_1(j)                                                                      \
    WEFT_SUMS_TWO(j)                                                                               \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r4", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "lr", "r0")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r1")                                                                \
    WEFT_SUMS_LOAD_3(j, 12, 16, 20)                                                                \
    WEFT_SUMS_ADD("r6", "r2", "r0")                                                                \
    WEFT_SUMS_ADD("r7", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r7", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r8", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r8", "lr", "r0")
#define WEFT_SUMS_PAIR_3_2(j)                                                                      \
    WEFT_SUMS_TWO(j)                                                                               \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r4", "r3", "r0")                                                                \
    WEFT_SUMS_ADD("r5", "lr", "r1")                                                                \
    WEFT_SUMS_LOAD_3(j, 12, 16, 20)                                                                \
    WEFT_SUMS_ADD("r5", "r2", "r0")                                                                \
    WEFT_SUMS_ADD("r6", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r0")
#define WEFT_SUMS_PAIR_5_2(j)                                                                      \
    WEFT_SUMS_PAIR_3_2(j)                                                                          \
    WEFT_SUMS_LOAD_3(j, 24, 28, 32)                                                                \
    WEFT_SUMS_ADD("r7", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r7", "r3", "r0")                                                                \
    WEFT_SUMS_LOAD_1("r2", j, 36)                                                                  \
    WEFT_SUMS_ADD("r8", "lr", "r1")                                                                \
    WEFT_SUMS_ADD("r8", "r2", "r0")

/* The last column. */
#define WEFT_SUMS_SINGLE(a, b, c)                                                                  \
    WEFT_SUMS_WEIGHTS_3                                                                            \
    WEFT_SUMS_LOAD_3(3, a, b, c)                                                                   \
    "sxtb16 r1, r0\n"                                                                              \
    WEFT_SUMS_ADD("r4", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r5", "r3", "r1")                                                                \
    WEFT_SUMS_ADD("r6", "lr", "r1")
#define WEFT_SUMS_SINGLE_3_1 WEFT_SUMS_SINGLE(0, 4, 8)
#define WEFT_SUMS_SINGLE_3_2 WEFT_SUMS_SINGLE(0, 8, 16)
#define WEFT_SUMS_SINGLE_5(a, b)                                                                   \
    WEFT_SUMS_LOAD_2(3, a, b)                                                                      \
    WEFT_SUMS_ADD("r7", "r2", "r1")                                                                \
    WEFT_SUMS_ADD("r8", "r3", "r1")
#define WEFT_SUMS_SINGLE_5_1 WEFT_SUMS_SINGLE_3_1 WEFT_SUMS_SINGLE_5(12, 16)
#define WEFT_SUMS_SINGLE_5_2 WEFT_SUMS_SINGLE_3_2 WEFT_SUMS_SINGLE_5(24, 32)

/* A channel: its row from the start on. Behind label 2: r9 x, r3 out, r2 outputs that are left, lr
 * the job. */
#define WEFT_SUMS_BEGIN                                                                            \
    "push {r0, r4-r11, lr}\n"                                                                      \
    "1:\n"                                                                                         \
    "ldr lr, [sp]\n"                                                                               \
    "ldr r9, [lr, #16]\n"                                                                          \
    "ldr r3, [lr, #28]\n"                                                                          \
    "ldr r2, [lr, #44]\n"                                                                          \
    "2:\n"                                                                                         \
    "str r9, [lr, #52]\n"                                                                          \
    "str r3, [lr, #56]\n"                                                                          \
    "str r2, [lr, #60]\n"                                                                          \
    "ldr r11, [lr]\n"                                                                              \
    "ldr r12, [lr, #4]\n"                                                                          \
    "ldr r0, [lr, #8]\n"                                                                           \
    "ldr r1, [lr, #12]\n"                                                                          \
    "ldr r10, [lr, #20]\n"                                                                         \
    "sub r9, r9, r0\n"                                                                             \
    "sub r10, r10, r1\n"                                                                           \
    "movs r4, #0\n"                                                                                \
    "movs r5, #0\n"                                                                                \
    "movs r6, #0\n"                                                                                \
    "cmp r2, #3\n"                                                                                 \
    "bls 20f\n"                                                                                    \
    "movs r7, #0\n"                                                                                \
    "mov r8, r7\n"

/* Sums of all pairs of rows. Narrow filters enter further down: bits 6 and 7 of control say where.
 * The labels are those of the columns. */
#define WEFT_SUMS_LOOP(start, two, four, six, narrow, pair, single)                                \
    #start ":\n"                                                                                   \
    "lsls r1, r11, #25\n"                                                                          \
    "bmi " #narrow "f\n"                                                                           \
    "bcs " #two "f\n" pair(0)                                                                      \
    #two ":\n" pair(1)                                                                             \
    #four ":\n" pair(2)                                                                            \
    #six ":\n" single                                                                              \
    "add r9, r9, r11, lsr #8\n"                                                                    \
    "add r10, r10, #4\n"                                                                           \
    "sub r11, r11, #1\n"                                                                           \
    "tst r11, #63\n"                                                                               \
    "bne " #start "b\n"
/* Its way in for narrow filters, elsewhere. */
#define WEFT_SUMS_NARROW(four, six, narrow)                                                        \
    #narrow ":\n"                                                                                  \
    "bcs " #six "b\n"                                                                              \
    "b " #four "b\n"

/* Outputs, until none are left: the first one or four are sure. r0 twice the bias, r1 multiplier, r2 shift, r12 what is added before
 * it, r10 step. */
#define WEFT_SUMS_NUMBERS_OF                                                                       \
    "ldr lr, [sp]\n"                                                                               \
    "ldr r0, [lr, #24]\n"                                                                          \
    "ldr r10, [lr, #48]\n"                                                                         \
    "ldr r9, [lr, #52]\n"                                                                          \
    "ldr r3, [lr, #56]\n"                                                                          \
    "ldr r11, [lr, #60]\n"                                                                         \
    "ldm r0, {r0, r1, r2, r12}\n"
#define WEFT_SUMS_OUTPUT(sum)                                                                      \
    "add " sum ", r0, " sum ", lsl #1\n"                                                           \
    "smmlar lr, " sum ", r1, r12\n"                                                                \
    "add lr, lr, " sum ", asr #31\n"                                                               \
    "asr lr, lr, r2\n"                                                                             \
    "ssat lr, #8, lr\n"                                                                            \
    "strb lr, [r3]\n"                                                                              \
    "add r3, r3, r10\n"
#define WEFT_SUMS_LESS(outputs) "subs r11, r11, #" #outputs "\n beq 3f\n"
#define WEFT_SUMS_OUTPUTS_3                                                                        \
    WEFT_SUMS_OUTPUT("r4") WEFT_SUMS_LESS(1) WEFT_SUMS_OUTPUT("r5") WEFT_SUMS_LESS(1)              \
    WEFT_SUMS_OUTPUT("r6")
#define WEFT_SUMS_OUTPUTS_5                                                                        \
    WEFT_SUMS_OUTPUT("r4") WEFT_SUMS_OUTPUT("r5") WEFT_SUMS_OUTPUT("r6") WEFT_SUMS_OUTPUT("r7")    \
    WEFT_SUMS_LESS(4) WEFT_SUMS_OUTPUT("r8") WEFT_SUMS_LESS(1)

/* On to the next outputs: `bytes` of x. */
#define WEFT_SUMS_NEXT(bytes) "add r9, r9, #" #bytes "\n mov r2, r11\n ldr lr, [sp]\n b 2b\n"

/* The next channel, and after the last one the end. */
#define WEFT_SUMS_END                                                                              \
    "3:\n"                                                                                         \
    "ldr lr, [sp]\n"                                                                               \
    "ldr r5, [lr, #36]\n"                                                                          \
    "ldr r6, [lr, #40]\n"                                                                          \
    "add r12, lr, #16\n"                                                                           \
    "ldm r12, {r0-r4}\n"                                                                           \
    "add r0, r0, r5\n"                                                                             \
    "add r1, r1, r6\n"                                                                             \
    "add r2, r2, #16\n"                                                                            \
    "add r3, r3, #1\n"                                                                             \
    "subs r4, r4, #1\n"                                                                            \
    "stm r12, {r0-r4}\n"                                                                           \
    "bne 1b\n"                                                                                     \
    "pop {r0, r4-r11, pc}\n"

/* clang-format on */

/* The compiler knows nothing of the parameter's use, so it must not change these functions. */
#if defined(__clang__)
#define WEFT_SUMS_FUNCTION __attribute__((naked, noinline, unused)) static void
#else
#define WEFT_SUMS_FUNCTION __attribute__((naked, noinline, noclone, unused)) static void
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* All outputs of a row, at a stride of 1 or 2. */
WEFT_SUMS_FUNCTION weft_sums_stride_1(weft_sums_job *job)
{
    __asm__(WEFT_SUMS_BEGIN WEFT_SUMS_LOOP(10, 11, 12, 13, 14, WEFT_SUMS_PAIR_5_1,
                                           WEFT_SUMS_SINGLE_5_1));
    __asm__(WEFT_SUMS_NUMBERS_OF WEFT_SUMS_OUTPUTS_5 WEFT_SUMS_NEXT(20) "20:\n");
    __asm__(WEFT_SUMS_LOOP(30, 31, 32, 33, 34, WEFT_SUMS_PAIR_3_1, WEFT_SUMS_SINGLE_3_1));
    __asm__(WEFT_SUMS_NUMBERS_OF WEFT_SUMS_OUTPUTS_3 WEFT_SUMS_END WEFT_SUMS_NARROW(12, 13, 14)
                WEFT_SUMS_NARROW(32, 33, 34));
}

WEFT_SUMS_FUNCTION weft_sums_stride_2(weft_sums_job *job)
{
    __asm__(WEFT_SUMS_BEGIN WEFT_SUMS_LOOP(10, 11, 12, 13, 14, WEFT_SUMS_PAIR_5_2,
                                           WEFT_SUMS_SINGLE_5_2));
    __asm__(WEFT_SUMS_NUMBERS_OF WEFT_SUMS_OUTPUTS_5 WEFT_SUMS_NEXT(40) "20:\n");
    __asm__(WEFT_SUMS_LOOP(30, 31, 32, 33, 34, WEFT_SUMS_PAIR_3_2, WEFT_SUMS_SINGLE_3_2));
    __asm__(WEFT_SUMS_NUMBERS_OF WEFT_SUMS_OUTPUTS_3 WEFT_SUMS_END WEFT_SUMS_NARROW(12, 13, 14)
                WEFT_SUMS_NARROW(32, 33, 34));
}

#pragma GCC diagnostic pop

/* `count` columns of four channels from their bytes in two rows, `step` apart, to four planes. */
static inline void weft_sums_unpack(const int8_t *a, const int8_t *b, int32_t step, uint32_t *to,
                                    int32_t plane, int32_t count)
{
    uint32_t *to_2 = to + 2 * plane, x, y, z;
    __asm__ volatile("b 2f\n"
                     "1:\n"
                     "ldr %[x], [%[a]]\n"
                     "ldr %[y], [%[b]]\n"
                     "add %[a], %[a], %[step]\n"
                     "add %[b], %[b], %[step]\n"
                     "pkhbt %[z], %[x], %[y], lsl #16\n"
                     "pkhtb %[x], %[y], %[x], asr #16\n"
                     "sxtb16 %[y], %[z], ror #8\n"
                     "sxtb16 %[z], %[z]\n"
                     "str %[y], [%[to], %[plane]]\n"
                     "sxtb16 %[y], %[x], ror #8\n"
                     "sxtb16 %[x], %[x]\n"
                     "str %[y], [%[to_2], %[plane]]\n"
                     "str %[z], [%[to]], #4\n"
                     "str %[x], [%[to_2]], #4\n"
                     "2:\n"
                     "cmp %[to], %[end]\n"
                     "bne 1b\n"
                     : [a] "+&r"(a), [b] "+&r"(b), [to] "+&r"(to), [to_2] "+&r"(to_2), [x] "=&r"(x),
                       [y] "=&r"(y), [z] "=&r"(z)
                     : [step] "r"(step), [plane] "r"(4 * plane), [end] "r"(to + count)
                     : "cc", "memory");
}

#endif
