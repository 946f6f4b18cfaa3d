/* SPDX-License-Identifier: Apache-2.0
 *
 * The greater or lesser of int8 rows by the DSP extension, element for element, see
 * extreme_words.h.
 */
#include "weft/extreme_words.h"

void weft_extreme_s8__dsp(const weft_extreme_s8__dsp_params *p, const weft_step *s)
{
    weft_by_rows(weft_extreme_words, &p->flip, &p->rows, s);
}
