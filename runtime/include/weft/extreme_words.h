/* SPDX-License-Identifier: Apache-2.0
 *
 * The greater or lesser of int8 rows by the DSP extension, four elements at a time. Twin of
 * Maximum.reference and Minimum.reference.
 */
#ifndef WEFT_EXTREME_WORDS_H
#define WEFT_EXTREME_WORDS_H

#include "weft/byte_extremes.h"
#include "weft/extreme_s8__dsp.h"
#include "weft/row_runs.h"

/* Flipping all bits turns the order of numbers around. */
WEFT_LEAF void weft_extreme_words(const void *params, const int8_t *a, const int8_t *b, int8_t *out,
                                  uint32_t words)
{
    const uint32_t flip = (uint32_t)*(const int32_t *)params;
    for (const int8_t *const end = out + 4 * words; out != end; a += 4, b += 4, out += 4) {
        const uint32_t x = weft_load_32(a), y = weft_load_32(b);
        weft_store_32(out, weft_smax8(x ^ flip, y ^ flip) ^ flip);
    }
}

#endif
