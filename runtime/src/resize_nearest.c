/* SPDX-License-Identifier: Apache-2.0
 *
 * An image of another size, from nearest pixels, see resize_nearest.h.
 */
#include "weft/resize_nearest.h"

#include <string.h>

void weft_resize_nearest(const weft_resize_nearest_params *p, const weft_step *s)
{
    int8_t *out = s->out[0];
    for (uint32_t i = 0; i < p->pixels; i++) {
        memcpy(out, s->in[0] + p->columns[i] * p->pixel, p->pixel);
        out += p->output_step;
    }
}
