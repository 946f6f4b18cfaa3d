/* SPDX-License-Identifier: Apache-2.0
 *
 * An int8 image with a border, see pad_s8.h.
 */
#include "weft/pad_s8.h"

#include <stddef.h>
#include <string.h>

static int8_t *fill(int8_t *out, int8_t value, uint32_t count)
{
    memset(out, value, count);
    return out + count;
}

void weft_pad_s8(const weft_pad_s8_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    if (in == NULL) {
        uint32_t pixel = p->before + p->channels + p->after;
        fill(out, p->fill, p->left + p->pixels * pixel + p->right);
        return;
    }
    out = fill(out, p->fill, p->left);
    for (uint32_t i = 0; i < p->pixels; ++i) {
        out = fill(out, p->fill, p->before);
        memcpy(out, in, p->channels);
        in += p->channels;
        out = fill(out + p->channels, p->fill, p->after);
    }
    fill(out, p->fill, p->right);
}
