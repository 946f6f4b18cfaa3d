/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows whose pixels go between those of other tensors, see copy_pixels.h.
 */
#include "weft/copy_pixels.h"

#include "weft/spaced.h"

void weft_copy_pixels(const weft_copy_pixels_params *p, const weft_step *s)
{
    const int8_t *const constant = (const int8_t *)p->constant;
    const int8_t *in = constant != NULL ? constant + s->index * p->pixels * p->pixel : s->in[0];
    weft_copy_spaced(s->out[0], in, p->pixels, p->pixel, p->output_step, p->pixel);
}
