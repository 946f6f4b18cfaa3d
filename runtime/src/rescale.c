/* SPDX-License-Identifier: Apache-2.0
 *
 * Integers of one scale to another, see rescale.h. Twin of Quantize.reference.
 */
#include "weft/rescale.h"

#include "weft/elements.h"
#include "weft/fixedpoint.h"

void weft_rescale(const weft_rescale_params *p, const weft_step *s)
{
    for (uint32_t i = 0; i < p->elements; i++) {
        int32_t centered = weft_element(s->in[0], i, p->input_size) - p->input_zero_point;
        int32_t scaled = weft_requantize(centered, p->multiplier, p->shift) + p->output_zero_point;
        int32_t value = weft_clamp(scaled, p->least, p->greatest);
        weft_set_element(s->out[0], i, value, p->output_size);
    }
}
