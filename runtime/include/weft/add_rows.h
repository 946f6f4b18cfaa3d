/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums and differences of int8 rows, see add_s8.h.
 *
 * Twin of Add.reference and Sub.reference: each operand is multiplied by 2^20 and by its factor,
 * the sum is multiplied by the output's factor, and every multiplication rounds twice as TensorFlow
 * Lite's does. To spend few instructions and registers on an element, values are kept doubled where
 * the upper word of a product is wanted, constants are added where a rounding adds one anyway, and
 * operand 1, whose factor is 1/2, is not multiplied at all.
 */
#ifndef WEFT_ADD_ROWS_H
#define WEFT_ADD_ROWS_H

#include "weft/add_s8.h"
#include "weft/elementwise.h"
#include "weft/linear.h"

/* One pixel, before the activation; where steps are constants, the loop needs few registers.
 * `negative` is a constant: whether operand 2 is subtracted. */
static inline void weft_add_run(const weft_add_s8_params *p, const int8_t *a, const int8_t *b,
                                int8_t *out, uint32_t step1, uint32_t step2, int negative)
{
    const int32_t unit2 = p->unit2, offset2 = p->offset2;
    const int32_t multiplier2 = p->multiplier2, shift2 = p->shift2;
    const int32_t multiplier = p->multiplier, shift = p->shift;
    const int32_t offset = p->offset + 1, zero_out = 2 * p->zero_out + 257;
    const int8_t *const end = out + p->rows.channels;
    while (out != end) {
        int32_t second = weft_upper_word(*b * unit2 + offset2, multiplier2);
        int32_t doubled = (weft_doubled_quotient(second, shift2) + offset) & ~1;
        int32_t both = *a * (1 << 20) + (negative ? -doubled : doubled);
        int32_t sum = weft_upper_word(both, multiplier);
        int32_t rounded = (weft_doubled_quotient(sum, shift) + zero_out) >> 1;
        *out++ = (int8_t)(weft_clamp(rounded, 0, 255) - 128);
        a += step1;
        b += step2;
    }
}

WEFT_INLINE void weft_add_rows(const weft_add_s8_params *p, const weft_step *s, int negative)
{
    const int8_t *a = weft_operand(p->rows.constant1, p->rows.row1, p->rows.in1, s);
    const int8_t *b = weft_operand(p->rows.constant2, p->rows.row2, p->rows.in2, s);
    const uint32_t plain = p->rows.channel1 & p->rows.channel2;
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->rows.pixels; ++pixel) {
        if (plain) {
            weft_add_run(p, a, b, out, 1, 1, negative);
        } else {
            weft_add_run(p, a, b, out, p->rows.channel1, p->rows.channel2, negative);
        }
        a += p->rows.pixel1;
        b += p->rows.pixel2;
        out += p->rows.output_step;
    }
    weft_clamp_pixels(s->out[0], (int32_t)p->rows.pixels, (int32_t)p->rows.channels,
                      (int32_t)p->rows.output_step, p->lo, p->hi);
}

#endif
