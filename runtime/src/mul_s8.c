/* SPDX-License-Identifier: Apache-2.0
 *
 * Product of int8 rows, see mul_s8.h. Twin of Mul.reference; the product is kept doubled because
 * its upper word is wanted.
 */
#include "weft/mul_s8.h"

#include "weft/elementwise.h"
#include "weft/linear.h"

/* One pixel, before the activation; where steps are constants, the loop needs few registers. */
static inline void mul_run(const weft_mul_s8_params *p, const int8_t *a, const int8_t *b,
                           int8_t *out, uint32_t step1, uint32_t step2)
{
    const int32_t zero1 = p->zero1, zero2 = p->zero2;
    const int32_t multiplier = p->multiplier, shift = p->shift, zero_out = 2 * p->zero_out + 1;
    const int8_t *const end = out + p->rows.channels;
    while (out != end) {
        int32_t product = weft_upper_word(2 * (*a - zero1) * (*b - zero2), multiplier);
        int32_t rounded = (weft_doubled_quotient(product, shift) + zero_out) >> 1;
        *out++ = (int8_t)weft_saturate_s8(rounded);
        a += step1;
        b += step2;
    }
}

void weft_mul_s8(const weft_mul_s8_params *p, const weft_step *s)
{
    const int8_t *a = weft_operand(p->rows.constant1, p->rows.row1, p->rows.in1, s);
    const int8_t *b = weft_operand(p->rows.constant2, p->rows.row2, p->rows.in2, s);
    const uint32_t plain = p->rows.channel1 & p->rows.channel2;
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->rows.pixels; ++pixel) {
        if (plain) {
            mul_run(p, a, b, out, 1, 1);
        } else {
            mul_run(p, a, b, out, p->rows.channel1, p->rows.channel2);
        }
        a += p->rows.pixel1;
        b += p->rows.pixel2;
        out += p->rows.output_step;
    }
    weft_clamp_pixels(s->out[0], (int32_t)p->rows.pixels, (int32_t)p->rows.channels,
                      (int32_t)p->rows.output_step, p->lo, p->hi);
}
