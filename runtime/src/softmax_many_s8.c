/* SPDX-License-Identifier: Apache-2.0
 *
 * Softmax over the channels of each pixel, int8 to int8, where there are more channels than
 * different inputs that count: of those a table of outputs is made. See softmax.h.
 */
#include "weft/softmax_pixel.h"

#include <string.h>

void weft_softmax_many_s8(const weft_softmax_params *p, const weft_step *s)
{
    const weft_softmax_params n = *p;
    int8_t *const outputs = s->scratch; /* by how far the input is below the greatest */
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t pixel = 0; pixel < n.pixels; ++pixel) {
        const int32_t max = weft_greatest(in, n.channels);
        int32_t shift;
        const int32_t scale = weft_softmax_scale(&n, in, max, 1, &shift);
        memset(outputs, -128, 256);
        for (uint32_t i = 0; i < n.entries; ++i) {
            outputs[i] = (int8_t)weft_softmax_output(scale, shift, n.exponentials[i], 1);
        }
        for (const int8_t *const end = in + n.channels; in != end;) {
            *out++ = outputs[max - *in++];
        }
    }
}
