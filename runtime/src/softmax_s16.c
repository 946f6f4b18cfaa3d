/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax over the channels of each pixel, int16, see softmax_s16.h. Twin of softmax in
 * codegen/weft/ops/reduction/softmax_s16.py.
 */
#include "weft/softmax_s16.h"

#include "weft/fixedpoint.h"
#include "weft/interpolation.h"

#define CEILING 98304 /* from normalized sums, 2^16 to 2^17, to inputs of a table */

static void softmax(const weft_softmax_s16_params *p, const int16_t *in, int16_t *out)
{
    int32_t max = in[0];
    for (uint32_t i = 1; i < p->channels; ++i) {
        max = in[i] > max ? in[i] : max;
    }
    uint32_t sum = 0;
    for (uint32_t i = 0; i < p->channels; ++i) {
        int32_t scaled = weft_requantize(in[i] - max, p->multiplier, p->shift) + INT16_MAX;
        int32_t value = weft_interpolated(weft_clamp(scaled, INT16_MIN, INT16_MAX), p->exponential);
        out[i] = (int16_t)value;
        sum += (uint32_t)value;
    }
    /* The greatest input alone adds 2^15 - 1: the sum has so many bits, and one more. */
    int32_t bits = 30;
    for (; sum < UINT32_C(0x40000000); sum <<= 1) {
        --bits;
    }
    int32_t normalized = (int32_t)((sum + (1u << 13)) >> 14);
    int32_t clamped = weft_clamp(normalized - CEILING, INT16_MIN, INT16_MAX);
    int32_t inverse = weft_interpolated(clamped, p->reciprocal);
    for (uint32_t i = 0; i < p->channels; ++i) {
        int32_t value = (out[i] * inverse + (1 << (bits - 1))) >> bits;
        out[i] = (int16_t)weft_clamp(value, 0, INT16_MAX);
    }
}

void weft_softmax_s16(const weft_softmax_s16_params *p, const weft_step *s)
{
    const int16_t *in = (const int16_t *)(const void *)s->in[0];
    int16_t *out = (int16_t *)(void *)s->out[0];
    for (uint32_t pixel = 0; pixel < p->pixels; ++pixel) {
        softmax(p, in, out);
        in += p->channels;
        out += p->channels;
    }
}
