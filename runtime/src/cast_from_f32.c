/* SPDX-License-Identifier: Apache-2.0
 *
 * Floats as integers, see cast.h. Twin of Cast.reference.
 */
#include "weft/cast.h"

#include "weft/words.h"

/* The least and the greatest value of a type, the latter plus one: both are floats. */
typedef struct {
    float least;
    float beyond;
} range;

static range range_of(const weft_cast_params *p)
{
    float half = p->output_size == 8 ? 0x1p63f : (float)(UINT32_C(1) << (8 * p->output_size - 1));
    range found = {p->output_unsigned ? 0.0f : -half, p->output_unsigned ? 2 * half : half};
    return found;
}

/* The values of the type closest to x; NaN fails every comparison and gives 0. */
static int64_t cut_off(float x, range r)
{
    if (x < r.least) {
        return (int64_t)r.least;
    }
    if (x >= r.beyond) {
        return r.beyond >= 0x1p63f ? INT64_MAX : (int64_t)r.beyond - 1;
    }
    return x == x ? (int64_t)x : 0;
}

void weft_cast_from_f32(const weft_cast_params *p, const weft_step *s)
{
    const float *in = (const float *)(const void *)s->in[0];
    const range r = range_of(p);
    for (uint32_t i = 0; i < p->elements; i++) {
        uint64_t value = p->output_bool ? in[i] != 0 : (uint64_t)cut_off(in[i], r);
        weft_words words = {(uint32_t)value, (uint32_t)(value >> 32)};
        weft_set_wide_element(s->out[0], i, words, p->output_size);
    }
}
