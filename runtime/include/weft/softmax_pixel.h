/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax of the channels of a pixel, for the kernels in softmax.h. Twin of Softmax.reference.
 */
#ifndef WEFT_SOFTMAX_PIXEL_H
#define WEFT_SOFTMAX_PIXEL_H

#include "weft/elements.h"
#include "weft/fixedpoint.h"
#include "weft/reciprocal.h"
#include "weft/softmax.h"

#define WEFT_SUM_BITS 12 /* integer bits of the sum of exponentials */

static inline int32_t weft_greatest(const int8_t *in, uint32_t channels)
{
    int32_t max = in[0];
    for (uint32_t i = 1; i < channels; ++i) {
        max = in[i] > max ? in[i] : max;
    }
    return max;
}

/* The exponential of x less max. */
static inline int32_t weft_exponential(const weft_softmax_params *p, int32_t max, int32_t x)
{
    uint32_t below = (uint32_t)(max - x);
    return below < p->entries ? p->exponentials[below] : 0;
}

/* x / 2^bits to nearest, for x up to 2^31; 1 <= bits <= 31. */
static inline uint32_t weft_half_up(uint32_t x, uint32_t bits)
{
    return (x + (UINT32_C(1) << (bits - 1))) >> bits;
}

/* What the exponentials of a pixel are multiplied by: the reciprocal of their sum. And the right
 * shift behind that. Outputs are of constant `size`. */
static inline int32_t weft_softmax_scale(const weft_softmax_params *p, const int8_t *in,
                                         int32_t max, uint32_t size, int32_t *right)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < p->channels; ++i) {
        sum += weft_half_up((uint32_t)weft_exponential(p, max, in[i]), WEFT_SUM_BITS);
    }
    /* The greatest input alone adds 2^19, so the loop ends: sum = (1 + fraction) * 2^31. */
    int32_t shift = WEFT_SUM_BITS + 31 - 8 * (int32_t)size;
    for (; sum < UINT32_C(0x80000000); sum <<= 1) {
        --shift;
    }
    int32_t scale = weft_reciprocal_one_plus((int32_t)(sum - UINT32_C(0x80000000)));
    if (shift > 31) { /* 512 classes or more that are about equal: all int8 outputs are 0 */
        scale = 0, shift = 31;
    }
    *right = shift;
    return scale;
}

/* The output for an exponential, from the least value of its type on. */
static inline int32_t weft_softmax_output(int32_t scale, int32_t shift, int32_t exponential,
                                          uint32_t size)
{
    const uint32_t count = UINT32_C(1) << (8 * size); /* of the type's values */
    const int32_t product = weft_high_mul(scale, exponential);
    const uint32_t quotient = weft_half_up((uint32_t)product, (uint32_t)shift);
    const uint32_t value = quotient < count ? quotient : count - 1;
    return (int32_t)value - (int32_t)(count / 2);
}

/* One pixel. */
static inline void weft_softmax_pixel(const weft_softmax_params *p, const int8_t *in, int8_t *out,
                                      uint32_t size)
{
    const int32_t max = weft_greatest(in, p->channels);
    int32_t shift;
    const int32_t scale = weft_softmax_scale(p, in, max, size, &shift);
    for (uint32_t i = 0; i < p->channels; ++i) {
        const int32_t exponential = weft_exponential(p, max, in[i]);
        weft_set_element(out, i, weft_softmax_output(scale, shift, exponential, size), size);
    }
}

#endif
