/* SPDX-License-Identifier: Apache-2.0
 *
 * An image of another size, see resize_bilinear.h. Twin of ResizeBilinear.reference.
 */
#include "weft/resize_bilinear.h"

#include "weft/elements.h"
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

/* The elements of four pixels, which lie in two rows, and their weights. */
typedef struct {
    const int8_t *upper, *lower; /* the left ones */
    uint32_t right;              /* elements from the left pixels to the right ones */
    int32_t weights[4];          /* upper left, upper right, lower left, lower right */
    uint32_t channels;
} corners;

/* To nearest, halves away from zero: weights add up to UNIT * UNIT. Sums are up to 2^27. */
WEFT_LEAF void mix_s8(const corners *of, int8_t *out)
{
    const int8_t *x = of->upper, *y = of->lower;
    const uint32_t right = of->right;
    const int32_t a = of->weights[0], b = of->weights[1], c = of->weights[2], d = of->weights[3];
    for (const int8_t *const end = out + of->channels; out != end; x++, y++) {
        const int32_t sum = x[0] * a + x[right] * b + y[0] * c + y[right] * d;
        *out++ = (int8_t)((sum + (sum >> 31) + UNIT * UNIT / 2) >> (2 * UNIT_BITS));
    }
}

/* The same with sums of up to 2^35. */
WEFT_LEAF void mix_s16(const corners *of, int8_t *out)
{
    const int32_t *w = of->weights;
    for (uint32_t i = 0; i < of->channels; i++) {
        int64_t sum = (int64_t)weft_element(of->upper, i, 2) * w[0];
        sum += (int64_t)weft_element(of->upper, of->right + i, 2) * w[1];
        sum += (int64_t)weft_element(of->lower, i, 2) * w[2];
        sum += (int64_t)weft_element(of->lower, of->right + i, 2) * w[3];
        sum = (sum + (UNIT * UNIT / 2) - (sum < 0)) >> (2 * UNIT_BITS);
        weft_set_element(out, i, (int32_t)sum, 2);
    }
}

WEFT_INLINE void resize(const weft_resize_bilinear_params *p, const weft_step *s, uint32_t size,
                        void (*mix)(const corners *, int8_t *))
{
    const int8_t *upper = s->in[0];
    const int8_t *lower = s->in[1] != NULL ? s->in[1] : upper;
    const int32_t down = (int32_t)(position(p->row_start, p->row_step, s->index) % UNIT);
    for (uint32_t i = 0; i < p->output_width; i++) {
        const uint32_t at = position(p->column_start, p->column_step, i);
        const uint32_t column = at / UNIT, left = column * p->channels * size;
        const int32_t across = (int32_t)(at % UNIT);
        const corners of = {upper + left,
                            lower + left,
                            column + 1 < p->input_width ? p->channels : 0,
                            {(UNIT - down) * (UNIT - across), (UNIT - down) * across,
                             down * (UNIT - across), down * across},
                            p->channels};
        mix(&of, s->out[0] + i * p->output_step * size);
    }
}

void weft_resize_bilinear_s8(const weft_resize_bilinear_params *p, const weft_step *s)
{
    resize(p, s, 1, mix_s8);
}

void weft_resize_bilinear_s16(const weft_resize_bilinear_params *p, const weft_step *s)
{
    resize(p, s, 2, mix_s16);
}
