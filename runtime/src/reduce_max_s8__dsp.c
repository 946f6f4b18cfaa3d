/* SPDX-License-Identifier: Apache-2.0
 *
 * Extremes of int8 over any axes by the DSP extension, four elements at a time, see reduce_max.h.
 */
#include "weft/byte_extremes.h"
#include "weft/reduce_runs.h"

WEFT_INLINE int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

WEFT_LEAF void merge(int8_t *out, const int8_t *x, uint32_t count, int32_t flip)
{
    const uint32_t flips = (uint32_t)flip;
    int8_t *const end = out + (count & ~3U);
    for (; out != end; out += 4, x += 4) {
        const uint32_t a = weft_load_32(out), b = weft_load_32(x);
        weft_store_32(out, weft_smax8(a ^ flips, b ^ flips) ^ flips);
    }
    for (uint32_t i = 0; i < (count & 3U); i++) {
        out[i] = (int8_t)(greater(out[i] ^ flip, x[i] ^ flip) ^ flip);
    }
}

WEFT_LEAF int32_t greatest(const int8_t *x, uint32_t count, int32_t flip, int32_t so_far)
{
    if (count >= 4) {
        const int8_t *const end = x + (count & ~3U);
        uint32_t four = weft_load_32(x) ^ (uint32_t)flip;
        for (x += 4; x != end; x += 4) {
            four = weft_smax8(four, weft_load_32(x) ^ (uint32_t)flip);
        }
        four = weft_smax8(four, four >> 16 | four << 16);
        four = weft_smax8(four, four >> 8);
        so_far = greater(so_far, (int8_t)(uint8_t)four);
    }
    for (uint32_t i = 0; i < (count & 3U); i++) {
        so_far = greater(so_far, x[i] ^ flip);
    }
    return so_far;
}

void weft_reduce_max_s8__dsp(const weft_reduce_max_params *p, const weft_step *s)
{
    weft_reduce_runs(p, s, 1, merge, greatest);
}
