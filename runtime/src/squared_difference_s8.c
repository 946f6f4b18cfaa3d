/* SPDX-License-Identifier: Apache-2.0
 *
 * Squared differences of int8 rows, see add_s8.h. Twin of SquaredDifference.reference, in the way
 * of add_rows.h: differences are kept doubled, and so is the square.
 */
#include "weft/add_s8.h"
#include "weft/elementwise.h"

/* One pixel; where steps are constants, the loop needs few registers. */
static inline void square_run(const weft_add_s8_params *p, const int8_t *a, const int8_t *b,
                              int8_t *out, uint32_t step1, uint32_t step2)
{
    const int32_t unit2 = p->unit2, offset2 = p->offset2;
    const int32_t multiplier2 = p->multiplier2, shift2 = p->shift2;
    const int32_t multiplier = p->multiplier, shift = p->shift;
    const int32_t offset = p->offset + 1, zero_out = 2 * p->zero_out + 1;
    const int8_t *const end = out + p->rows.channels;
    while (out != end) {
        int32_t second = weft_upper_word(*b * unit2 + offset2, multiplier2);
        int32_t difference = *a * 64 - ((weft_doubled_quotient(second, shift2) + offset) >> 1);
        int32_t square = weft_upper_word(2 * difference * difference, multiplier);
        int32_t rounded = (weft_doubled_quotient(square, shift) + zero_out) >> 1;
        *out++ = (int8_t)weft_saturate_s8(rounded);
        a += step1;
        b += step2;
    }
}

void weft_squared_difference_rows_s8(const weft_add_s8_params *p, const weft_step *s)
{
    const int8_t *a = weft_operand(p->rows.constant1, p->rows.row1, p->rows.in1, s);
    const int8_t *b = weft_operand(p->rows.constant2, p->rows.row2, p->rows.in2, s);
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->rows.pixels; ++pixel) {
        if (p->rows.channel1 & p->rows.channel2) {
            square_run(p, a, b, out, 1, 1);
        } else {
            square_run(p, a, b, out, p->rows.channel1, p->rows.channel2);
        }
        a += p->rows.pixel1;
        b += p->rows.pixel2;
        out += p->rows.output_step;
    }
}
