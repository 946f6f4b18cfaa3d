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

/* Runs of a few elements, words where all of them are aligned. */
WEFT_CROWDED_LEAF void look_up_runs(const weft_lut_s8_params *p, const int8_t *in, int8_t *out)
{
    const uint8_t *const table = (const uint8_t *)p->table;
    const uint32_t elements = p->elements, step = p->output_step;
    if ((((uintptr_t)in | (uintptr_t)out | elements | step) & 3U) == 0) {
        for (uint32_t run = p->runs; run > 0; run--, in += elements, out += step) {
            const uint32_t *from = (const uint32_t *)(const void *)in;
            uint32_t *to = (uint32_t *)(void *)out;
            for (const uint32_t *const end = from + elements / 4; from != end;) {
                *to++ = look_up(table, *from++);
            }
        }
    } else {
        for (uint32_t run = p->runs; run > 0; run--, in += elements, out += step) {
            for (uint32_t i = 0; i < elements; i++) {
                out[i] = (int8_t)table[(uint8_t)in[i]];
            }
        }
    }
}

void weft_lut_s8(const weft_lut_s8_params *p, const weft_step *s)
{
    if (p->runs > 1) {
        look_up_runs(p, s->in[0], s->out[0]);
    } else {
        look_up_run((const uint8_t *)p->table, s->in[0], s->out[0], p->elements);
    }
}
