/* SPDX-License-Identifier: Apache-2.0
 *
 * An int8 image of another size, see resize_bilinear_s8.h. Twin of ResizeBilinear.reference.
 */
#include "weft/resize_bilinear_s8.h"

#include "weft/fixedpoint.h"

#include <stddef.h>

#define UNIT_BITS 10
#define UNIT (1 << UNIT_BITS) /* units of a position in a pixel */

/* Position `i` of an axis; never before the first pixel. */
static inline uint32_t position(int32_t start, int32_t step, uint32_t i)
{
    int32_t at = start + (int32_t)i * step;
    return at < 0 ? 0 : (uint32_t)at;
}

void weft_resize_bilinear_s8(const weft_resize_bilinear_s8_params *p, const weft_step *s)
{
    const int8_t *upper = s->in[0];
    const int8_t *lower = s->in[1] != NULL ? s->in[1] : upper;
    const int32_t down = (int32_t)(position(p->row_start, p->row_step, s->index) % UNIT);
    int8_t *out = s->out[0];
    for (uint32_t i = 0; i < p->output_width; i++) {
        const uint32_t at = position(p->column_start, p->column_step, i);
        const uint32_t column = at / UNIT, left = column * p->channels;
        const uint32_t right = column + 1 < p->input_width ? left + p->channels : left;
        const int32_t across = (int32_t)(at % UNIT);
        const int32_t upper_left = (UNIT - down) * (UNIT - across);
        const int32_t upper_right = (UNIT - down) * across;
        const int32_t lower_left = down * (UNIT - across);
        const int32_t lower_right = down * across;
        for (uint32_t channel = 0; channel < p->channels; channel++) {
            int32_t sum = upper[left + channel] * upper_left + upper[right + channel] * upper_right;
            sum += lower[left + channel] * lower_left + lower[right + channel] * lower_right;
            *out++ = (int8_t)weft_shift_right_round(sum, 2 * UNIT_BITS);
        }
    }
}
