/* SPDX-License-Identifier: Apache-2.0
 *
 * An image of another size, from nearest pixels, see resize_nearest.h.
 */
#include "weft/resize_nearest.h"

#include "weft/spaced.h"

void weft_resize_nearest(const weft_resize_nearest_params *p, const weft_step *s)
{
    const weft_resize_nearest_params n = *p;
    const int8_t *const in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t i = 0; i < n.pixels; i++, out += n.output_step) {
        weft_copy_spaced(out, in + n.columns[i] * n.pixel, 1, 0, 0, (int32_t)n.pixel);
    }
}
