/* SPDX-License-Identifier: Apache-2.0
 *
 * An image with a border that mirrors it, see mirror_pad.h.
 */
#include "weft/mirror_pad.h"

#include <string.h>

/* `count` items of `size` bytes, and in front of and behind them some of them in reverse order. */
static int8_t *mirror(int8_t *out, const int8_t *in, uint32_t count, uint32_t before,
                      uint32_t after, uint32_t skip, uint32_t size)
{
    for (uint32_t i = before; i > 0; i--, out += size) {
        memcpy(out, in + (i - 1 + skip) * size, size);
    }
    memcpy(out, in, (size_t)count * size);
    out += count * size;
    for (uint32_t i = 0; i < after; i++, out += size) {
        memcpy(out, in + (count - 1 - i - skip) * size, size);
    }
    return out;
}

/* A pixel with its border of channels. */
static int8_t *pixel(const weft_mirror_pad_params *p, int8_t *out, const int8_t *in, uint32_t i)
{
    return mirror(out, in + i * p->channels * p->size, p->channels, p->before, p->after, p->skip,
                  p->size);
}

void weft_mirror_pad(const weft_mirror_pad_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    if (p->before + p->after == 0) {
        mirror(out, in, p->pixels, p->left, p->right, p->skip, p->channels * p->size);
        return;
    }
    for (uint32_t i = p->left; i > 0; i--) {
        out = pixel(p, out, in, i - 1 + p->skip);
    }
    for (uint32_t i = 0; i < p->pixels; i++) {
        out = pixel(p, out, in, i);
    }
    for (uint32_t i = 0; i < p->right; i++) {
        out = pixel(p, out, in, p->pixels - 1 - i - p->skip);
    }
}
