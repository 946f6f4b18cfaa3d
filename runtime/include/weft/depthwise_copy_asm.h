/* SPDX-License-Identifier: Apache-2.0
 *
 * weft/depthwise_quad_asm.h, which includes this file: outputs of four channels to their places.
 *
 * r1 and r2 outputs of both rows, r3 and r4 rows, r5 place in them, r6 step, r7 end of r1, r0 the
 * job. Flag C: the number of pixels is odd.
 */
#ifndef WEFT_DEPTHWISE_COPY_ASM_H
#define WEFT_DEPTHWISE_COPY_ASM_H

/* clang-format off */

/* A pixel of both output rows, or twice of the only one, to its place. */
#define WEFT_QUAD_COPY_LIMITED(limits)                                                             \
    "ldr r8, [r1], #4\n"                                                                           \
    "ldr r9, [r2], #4\n" limits                                                                    \
    "str r8, [r3, r5]\n"                                                                           \
    "str r9, [r4, r5]\n"                                                                           \
    "add r5, r5, r6\n"
#define WEFT_QUAD_COPY WEFT_QUAD_COPY_LIMITED("")
/* Bytes of a word between those of r12 and lr; r0 is lost. */
#define WEFT_QUAD_LIMIT(word)                                                                      \
    "ssub8 r0, " word ", r12\n"                                                                    \
    "sel " word ", " word ", r12\n"                                                                \
    "ssub8 r0, " word ", lr\n"                                                                     \
    "sel " word ", lr, " word "\n"

/* Pixels, two in a turn; the first one may be alone. */
#define WEFT_QUAD_COPIES(turn, second, copy)                                                       \
    "bcs " #second "f\n"                                                                           \
    #turn ":\n" copy                                                                               \
    #second ":\n" copy                                                                             \
    "cmp r1, r7\n"                                                                                 \
    "bne " #turn "b\n"

/* Outputs of four channels: between limits, if there are any that cut off some. */
#if WEFT_QUAD_LIMITED
#define WEFT_QUAD_COPY_ALL                                                                         \
    "ldr r12, " WEFT_QUAD_LIMITS                                                                   \
    "ldrd r12, lr, [r12]\n"                                                                        \
    "teq r12, #0x80808080\n"                                                                       \
    "it eq\n"                                                                                      \
    "teqeq lr, #0x7f7f7f7f\n"                                                                      \
    "beq 13f\n"                                                                                    \
    WEFT_QUAD_COPIES(5, 6, WEFT_QUAD_COPY_LIMITED(WEFT_QUAD_LIMIT("r8") WEFT_QUAD_LIMIT("r9")))    \
    "ldr r0, " WEFT_QUAD_JOB                                                                       \
    "b 12f\n"                                                                                      \
    "13:\n" WEFT_QUAD_COPIES(10, 11, WEFT_QUAD_COPY)                                               \
    "12:\n"
#else
#define WEFT_QUAD_COPY_ALL WEFT_QUAD_COPIES(5, 6, WEFT_QUAD_COPY)
#endif

/* clang-format on */

#endif
