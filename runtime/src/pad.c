/* SPDX-License-Identifier: Apache-2.0
 *
 * An image with a border, see pad.h.
 */
#include "weft/pad.h"

#include "weft/elements.h"

#include <stddef.h>
#include <string.h>

static int8_t *fill(const weft_pad_params *p, int8_t *out, uint32_t count)
{
    return weft_fill(out, count, p->fill, p->size);
}

void weft_pad(const weft_pad_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    if (in == NULL) {
        uint32_t pixel = p->before + p->channels + p->after;
        fill(p, out, p->left + p->pixels * pixel + p->right);
        return;
    }
    const uint32_t run = p->channels * p->size;
    out = fill(p, out, p->left);
    for (uint32_t i = 0; i < p->pixels; ++i) {
        out = fill(p, out, p->before);
        memcpy(out, in, run);
        in += run;
        out = fill(p, out + run, p->after);
    }
    fill(p, out, p->right);
}
