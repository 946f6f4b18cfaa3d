/* SPDX-License-Identifier: Apache-2.0
 *
 * Addition of whole int8 tensors with any broadcast. Registered by codegen/weft/ops/add.py.
 */
#ifndef WEFT_ADD_BROADCAST_S8_H
#define WEFT_ADD_BROADCAST_S8_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *constant1; /* operand 1 if it is constant, else NULL */
    const int8_t *constant2; /* operand 2 if it is constant, else NULL */
    uint8_t in1;             /* number of the input that operand 1 is, if it is not constant */
    uint8_t in2;             /* number of the input that operand 2 is, if it is not constant */
    const uint32_t *shape;   /* sizes of the output's WEFT_AXES axes */
    const uint32_t *step1;   /* elements of operand 1 from one index of each axis to the next */
    const uint32_t *step2;   /* the same for operand 2; 0 where it is broadcast */
    int32_t zero1;           /* zero point of operand 1, -128..127 */
    int32_t zero2;           /* zero point of operand 2, -128..127 */
    int32_t multiplier1;     /* factor of operand 1 in Q0.31 */
    int32_t shift1;          /* binary exponent of that factor, -31..0 */
    int32_t multiplier2;     /* factor of operand 2 in Q0.31 */
    int32_t shift2;          /* binary exponent of that factor, -31..0 */
    int32_t multiplier;      /* factor of the sum in Q0.31 */
    int32_t shift;           /* binary exponent of that factor, -31..0 */
    int32_t zero_out;        /* zero point of the output, -128..127 */
    int32_t lo;              /* least output, -128..127 */
    int32_t hi;              /* greatest output, lo..127 */
} weft_add_broadcast_s8_params;

/* The whole output in one step, packed. */
void weft_add_broadcast_s8(const weft_add_broadcast_s8_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
