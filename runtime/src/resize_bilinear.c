/* SPDX-License-Identifier: Apache-2.0
 *
 * An image of another size, see resize_bilinear.h. Twin of ResizeBilinear.reference.
 */
#include "weft/resize_bilinear.h"

#include "weft/elements.h"
#include "weft/fixedpoint.h"
#include "weft/inline.h"

#include <stddef.h>

#define UNIT_BITS 10
#define UNIT (1 << UNIT_BITS) /* units of a position in a pixel */

/* Position `i` of an axis; never before the first pixel. */
static inline uint32_t position(int32_t start, int32_t step, uint32_t i)
{
    int32_t at = start + (int32_t)i * step;
    return at < 0 ? 0 : (uint32_t)at;
}

/* Four elements with their weights, which add up to UNIT * UNIT: 2^28 for int8, 2^36 for int16. */
WEFT_INLINE int32_t mixed(const int32_t *x, const int32_t *weights, uint32_t size)
{
    if (size == 1) {
        int32_t sum = x[0] * weights[0] + x[1] * weights[1];
        sum += x[2] * weights[2] + x[3] * weights[3];
        return weft_shift_right_round(sum, 2 * UNIT_BITS);
    }
    int64_t sum = (int64_t)x[0] * weights[0] + (int64_t)x[1] * weights[1];
    sum += (int64_t)x[2] * weights[2] + (int64_t)x[3] * weights[3];
    /* To nearest, halves away from zero. */
    return (int32_t)((sum + (UNIT * UNIT / 2) - (sum < 0)) >> (2 * UNIT_BITS));
}

WEFT_INLINE void resize(const weft_resize_bilinear_params *p, const weft_step *s, uint32_t size)
{
    const int8_t *upper = s->in[0];
    const int8_t *lower = s->in[1] != NULL ? s->in[1] : upper;
    const int32_t down = (int32_t)(position(p->row_start, p->row_step, s->index) % UNIT);
    uint32_t out = 0;
    for (uint32_t i = 0; i < p->output_width; i++) {
        const uint32_t at = position(p->column_start, p->column_step, i);
        const uint32_t column = at / UNIT, left = column * p->channels;
        const uint32_t right = column + 1 < p->input_width ? left + p->channels : left;
        const int32_t across = (int32_t)(at % UNIT);
        const int32_t weights[] = {(UNIT - down) * (UNIT - across), (UNIT - down) * across,
                                   down * (UNIT - across), down * across};
        for (uint32_t channel = 0; channel < p->channels; channel++) {
            const int32_t x[] = {weft_element(upper, left + channel, size),
                                 weft_element(upper, right + channel, size),
                                 weft_element(lower, left + channel, size),
                                 weft_element(lower, right + channel, size)};
            weft_set_element(s->out[0], out++, mixed(x, weights, size), size);
        }
        out += p->output_step - p->channels;
    }
}

void weft_resize_bilinear_s8(const weft_resize_bilinear_params *p, const weft_step *s)
{
    resize(p, s, 1);
}

void weft_resize_bilinear_s16(const weft_resize_bilinear_params *p, const weft_step *s)
{
    resize(p, s, 2);
}
