/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed elements of 1, 2 or 4 bytes, for kernels of several types. With a constant size each is
 * one load or store.
 */
#ifndef WEFT_ELEMENTS_H
#define WEFT_ELEMENTS_H

#include <stdint.h>
#include <string.h>

/* Element i of a row. */
static inline int32_t weft_element(const int8_t *row, uint32_t i, uint32_t size)
{
    const void *at = row;
    return size == 1 ? row[i] : size == 2 ? ((const int16_t *)at)[i] : ((const int32_t *)at)[i];
}

/* Gives element i of a row a value; keeps its lower bytes. */
static inline void weft_set_element(int8_t *row, uint32_t i, int32_t value, uint32_t size)
{
    void *at = row;
    if (size == 1) {
        row[i] = (int8_t)value;
    } else if (size == 2) {
        ((int16_t *)at)[i] = (int16_t)value;
    } else {
        ((int32_t *)at)[i] = value;
    }
}

/* `count` elements of one value; gives the end of them. */
static inline int8_t *weft_fill(int8_t *row, uint32_t count, int32_t value, uint32_t size)
{
    if (size == 1) {
        memset(row, value, count);
    } else {
        for (uint32_t i = 0; i < count; i++) {
            weft_set_element(row, i, value, size);
        }
    }
    return row + count * size;
}

#endif
