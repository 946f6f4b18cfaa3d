/* SPDX-License-Identifier: Apache-2.0
 *
 * Integers as floats, see cast.h. Twin of Cast.reference.
 */
#include "weft/cast.h"

#include "weft/words.h"

static float real(weft_words value, uint32_t size)
{
    if (size == 8) {
        return (float)(int64_t)((uint64_t)value.high << 32 | value.low);
    }
    return (float)(int32_t)value.low;
}

void weft_cast_to_f32(const weft_cast_params *p, const weft_step *s)
{
    float *out = (float *)(void *)s->out[0];
    for (uint32_t i = 0; i < p->elements; i++) {
        weft_words value = weft_wide_element(s->in[0], i, p->input_size, p->input_unsigned);
        out[i] = real(value, p->input_size);
    }
}
