/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax over the channels of each pixel, see softmax_s8.h. Twin of Softmax.reference.
 */
#include "weft/softmax_s8.h"

#include "weft/fixedpoint.h"
#include "weft/reciprocal.h"

#define SUM_BITS 12 /* integer bits of the sum of exponentials */

static int32_t greatest(const int8_t *in, uint32_t channels)
{
    int32_t max = in[0];
    for (uint32_t i = 1; i < channels; ++i) {
        max = in[i] > max ? in[i] : max;
    }
    return max;
}

static inline int32_t exponential(const weft_softmax_s8_params *p, int32_t max, int32_t x)
{
    uint32_t below = (uint32_t)(max - x);
    return below < p->entries ? p->exponentials[below] : 0;
}

/* x / 2^bits to nearest, for x up to 2^31; 1 <= bits <= 31. */
static inline uint32_t half_up(uint32_t x, uint32_t bits)
{
    return (x + (UINT32_C(1) << (bits - 1))) >> bits;
}

static void softmax(const weft_softmax_s8_params *p, const int8_t *in, int8_t *out)
{
    const int32_t max = greatest(in, p->channels);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < p->channels; ++i) {
        sum += half_up((uint32_t)exponential(p, max, in[i]), SUM_BITS);
    }
    /* The greatest input alone adds 2^19, so the loop ends: sum = (1 + fraction) * 2^31. */
    int32_t shift = SUM_BITS + 31 - 8;
    for (; sum < UINT32_C(0x80000000); sum <<= 1) {
        --shift;
    }
    int32_t scale = weft_reciprocal_one_plus((int32_t)(sum - UINT32_C(0x80000000)));
    if (shift > 31) { /* 512 classes or more that are about equal: all outputs are 0 */
        scale = 0, shift = 31;
    }
    for (uint32_t i = 0; i < p->channels; ++i) {
        const int32_t product = weft_high_mul(scale, exponential(p, max, in[i]));
        const uint32_t quotient = half_up((uint32_t)product, (uint32_t)shift);
        out[i] = (int8_t)(quotient < 256 ? (int32_t)quotient - 128 : 127);
    }
}

void weft_softmax_s8(const weft_softmax_s8_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->pixels; ++pixel) {
        softmax(p, in, out);
        in += p->channels;
        out += p->channels;
    }
}
