/* SPDX-License-Identifier: Apache-2.0
 *
 * Integers of up to 8 bytes as two words, lower word first, aligned to 4 bytes or to their size.
 * For the kernels of codegen/weft/ops/elementwise/cast.py.
 */
#ifndef WEFT_WORDS_H
#define WEFT_WORDS_H

#include "weft/elements.h"

typedef struct {
    uint32_t low;
    uint32_t high;
} weft_words;

/* Element i of a row, extended to two words. */
static inline weft_words weft_wide_element(const int8_t *row, uint32_t i, uint32_t size,
                                           uint32_t is_unsigned)
{
    weft_words value = {0, 0};
    if (size == 8) {
        value.low = (uint32_t)weft_element(row, 2 * i, 4);
        value.high = (uint32_t)weft_element(row, 2 * i + 1, 4);
        return value;
    }
    value.low = (uint32_t)weft_element(row, i, size);
    value.low &= is_unsigned ? 0xffu : 0xffffffffu;
    value.high = (uint32_t)((int32_t)value.low >> 31);
    return value;
}

/* Gives element i of a row the lower bytes of a value. */
static inline void weft_set_wide_element(int8_t *row, uint32_t i, weft_words value, uint32_t size)
{
    if (size == 8) {
        weft_set_element(row, 2 * i, (int32_t)value.low, 4);
        weft_set_element(row, 2 * i + 1, (int32_t)value.high, 4);
    } else {
        weft_set_element(row, i, (int32_t)value.low, size);
    }
}

#endif
