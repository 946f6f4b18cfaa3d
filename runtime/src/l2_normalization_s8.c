/* SPDX-License-Identifier: Apache-2.0
 *
 * Channels of each pixel scaled to length 1, see l2_normalization_s8.h. Twin of
 * L2Normalization.reference.
 */
#include "weft/l2_normalization_s8.h"

#include "weft/inverse_root.h"

#define OUTPUT_BITS 7 /* outputs are in units of 2^-7 */

static void normalize(const weft_l2_normalization_s8_params *p, const int8_t *in, int8_t *out)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < p->channels; ++i) {
        const int32_t x = in[i] - p->zero_point;
        sum += x * x;
    }
    const weft_scaling scale = weft_inverse_root(sum);
    for (uint32_t i = 0; i < p->channels; ++i) {
        const int32_t x = in[i] - p->zero_point;
        const int32_t scaled = weft_requantize(x, scale.multiplier, scale.shift + OUTPUT_BITS);
        out[i] = (int8_t)weft_clamp(scaled, -128, 127);
    }
}

void weft_l2_normalization_s8(const weft_l2_normalization_s8_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->pixels; ++pixel) {
        normalize(p, in, out);
        in += p->channels;
        out += p->channels;
    }
}
