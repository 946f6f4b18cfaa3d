/* SPDX-License-Identifier: Apache-2.0
 *
 * Product of whole int8 tensors, see mul_broadcast_s8.h. Twin of Mul.reference.
 */
#include "weft/mul_broadcast_s8.h"

#include "weft/elementwise.h"
#include "weft/fixedpoint.h"
#include "weft/walk.h"

static inline int8_t mul(const weft_mul_broadcast_s8_params *p, int32_t a, int32_t b)
{
    int32_t product = (a - p->zero1) * (b - p->zero2);
    int32_t scaled = weft_requantize(product, p->multiplier, p->shift) + p->zero_out;
    return (int8_t)weft_clamp(scaled, p->lo, p->hi);
}

void weft_mul_broadcast_s8(const weft_mul_broadcast_s8_params *p, const weft_step *s)
{
    uint32_t index[WEFT_OUTER_AXES] = {0};
    const uint32_t count = p->shape[WEFT_OUTER_AXES];
    const uint32_t step1 = p->step1[WEFT_OUTER_AXES];
    const uint32_t step2 = p->step2[WEFT_OUTER_AXES];
    const int8_t *start1 = weft_operand(p->constant1, 0, p->in1, s);
    const int8_t *start2 = weft_operand(p->constant2, 0, p->in2, s);
    int8_t *out = s->out[0];
    do {
        const int8_t *a = start1 + weft_walk_offset(index, p->step1);
        const int8_t *b = start2 + weft_walk_offset(index, p->step2);
        for (uint32_t i = 0; i < count; ++i) {
            *out++ = mul(p, *a, *b);
            a += step1;
            b += step2;
        }
    } while (weft_walk_next(index, p->shape));
}
