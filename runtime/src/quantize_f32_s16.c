/* SPDX-License-Identifier: Apache-2.0
 *
 * float to int16, see quantize_f32_s16.h. Twin of Quantize.reference.
 */
#include "weft/quantize_f32_s16.h"

#include "weft/fixedpoint.h"

#define LIMIT 65536.0f /* saturates */

/* To nearest, halves away from zero; NaN fails every comparison and gives 0. */
static inline int32_t nearest(float x)
{
    if (!(x > -LIMIT)) {
        return x <= -LIMIT ? INT16_MIN : 0;
    }
    if (x > LIMIT) {
        return INT16_MAX;
    }
    int32_t whole = (int32_t)x;
    float rest = x - (float)whole; /* exact */
    return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

void weft_quantize_f32_s16(const weft_quantize_f32_s16_params *p, const weft_step *s)
{
    const float *in = (const float *)(const void *)s->in[0];
    int16_t *out = (int16_t *)(void *)s->out[0];
    for (uint32_t i = 0; i < p->elements; ++i) {
        out[i] = (int16_t)weft_clamp(nearest(in[i] / p->scale), INT16_MIN, INT16_MAX);
    }
}
