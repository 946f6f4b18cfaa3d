/* SPDX-License-Identifier: Apache-2.0
 *
 * float to int8, see quantize_f32_s8.h. Twin of Quantize.reference.
 */
#include "weft/quantize_f32_s8.h"

#include "weft/fixedpoint.h"

/* To nearest, halves away from zero. Beyond +-512 any zero point saturates; NaN fails every
 * comparison and gives 0. */
static inline int32_t nearest(float x)
{
    if (!(x > -512.0f)) {
        return x <= -512.0f ? -512 : 0;
    }
    if (x > 512.0f) {
        return 512;
    }
    int32_t whole = (int32_t)x;
    float rest = x - (float)whole; /* exact */
    return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

void weft_quantize_f32_s8(const weft_quantize_f32_s8_params *p, const weft_step *s)
{
    const float *in = (const float *)(const void *)s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t i = 0; i < p->elements; ++i) {
        float quotient = in[i] / p->scale;
        out[i] = (int8_t)weft_clamp(nearest(quotient) + p->zero, -128, 127);
    }
}
