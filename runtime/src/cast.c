/* SPDX-License-Identifier: Apache-2.0
 *
 * Integers as other integers, see cast.h. Twin of Cast.reference.
 */
#include "weft/cast.h"

#include "weft/words.h"

void weft_cast(const weft_cast_params *p, const weft_step *s)
{
    for (uint32_t i = 0; i < p->elements; i++) {
        weft_words value = weft_wide_element(s->in[0], i, p->input_size, p->input_unsigned);
        if (p->output_bool) {
            value.low = (value.low | value.high) != 0;
        }
        weft_set_wide_element(s->out[0], i, value, p->output_size);
    }
}
