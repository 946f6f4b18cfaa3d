/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as another type. Registered by codegen/weft/ops/elementwise/cast.py.
 */
#ifndef WEFT_CAST_H
#define WEFT_CAST_H

#include "weft/step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Elements of 8 bytes are two words in the machine's byte order, of which little-endian is taken
 * for granted; they are aligned to 4. */
typedef struct {
    uint32_t input_size;     /* bytes of an element: 1, 2, 4 or 8 */
    uint32_t input_unsigned; /* 1 for uint8 and bool */
    uint32_t output_size;
    uint32_t output_unsigned;
    uint32_t output_bool; /* 1 for bool: 0 stays, all else becomes 1 */
    uint32_t elements;    /* elements of a row */
} weft_cast_params;

/* One row: integers to integers, keeping the lower bits, or float to float. */
void weft_cast(const weft_cast_params *p, const weft_step *s);

/* One row: integers to the nearest float. */
void weft_cast_to_f32(const weft_cast_params *p, const weft_step *s);

/* One row: floats to integers, toward zero, saturating; NaN gives 0, but true. */
void weft_cast_from_f32(const weft_cast_params *p, const weft_step *s);

#ifdef __cplusplus
}
#endif

#endif
