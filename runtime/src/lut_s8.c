/* SPDX-License-Identifier: Apache-2.0
 *
 * Any function of one byte, see lut_s8.h.
 */
#include "weft/lut_s8.h"

#include "weft/inline.h"

/* The outputs of four bytes, each in its input's place, whatever the byte order is. */
WEFT_INLINE uint32_t look_up(const uint8_t *table, uint32_t x)
{
    const uint32_t a = table[(uint8_t)x], b = table[(uint8_t)(x >> 8)];
    const uint32_t c = table[(uint8_t)(x >> 16)], d = table[x >> 24];
    return a | b << 8 | c << 16 | d << 24;
}

/* Two words at a time. */
WEFT_CROWDED_LEAF void look_up_pairs(const uint8_t *table, const uint32_t *in, uint32_t *out,
                                     uint32_t pairs)
{
    for (const uint32_t *const end = in + 2 * pairs; in != end; in += 2, out += 2) {
        const uint32_t x = in[0], y = in[1];
        out[0] = look_up(table, x);
        out[1] = look_up(table, y);
    }
}

WEFT_LEAF void look_up_bytes(const uint8_t *table, const int8_t *in, int8_t *out, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        out[i] = (int8_t)table[(uint8_t)in[i]];
    }
}

/* Words are taken where both runs are aligned, or off by the same bytes, which come first. */
static void look_up_run(const uint8_t *table, const int8_t *in, int8_t *out, uint32_t elements)
{
    const uint32_t alike = (((uintptr_t)in ^ (uintptr_t)out) & 3U) == 0;
    const uint32_t most = alike ? (4 - ((uintptr_t)in & 3U)) & 3U : elements;
    const uint32_t lead = most < elements ? most : elements;
    const uint32_t pairs = (elements - lead) / 8, done = lead + 8 * pairs;
    look_up_bytes(table, in, out, lead);
    if (pairs > 0) {
        look_up_pairs(table, (const uint32_t *)(const void *)(in + lead),
                      (uint32_t *)(void *)(out + lead), pairs);
    }
    look_up_bytes(table, in + done, out + done, elements - done);
}

void weft_lut_s8(const weft_lut_s8_params *p, const weft_step *s)
{
    const int8_t *in = s->in[0];
    int8_t *out = s->out[0];
    for (uint32_t run = 0; run < p->runs; ++run) {
        look_up_run((const uint8_t *)p->table, in, out, p->elements);
        in += p->elements;
        out += p->output_step;
    }
}
