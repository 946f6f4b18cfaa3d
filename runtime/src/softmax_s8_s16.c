/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax over the channels of each pixel, int8 to int16, see softmax.h.
 */
#include "weft/softmax_pixel.h"

void weft_softmax_s8_s16(const weft_softmax_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < p->pixels; ++pixel) {
        weft_softmax_pixel(p, in, out, 2);
        in += p->channels;
        out += 2 * p->channels;
    }
}
