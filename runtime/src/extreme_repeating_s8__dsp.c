/* SPDX-License-Identifier: Apache-2.0
 *
 * The greater or lesser of int8 rows, of which some repeat pixels or channels, by the DSP
 * extension, see extreme_words.h.
 */
#include "weft/extreme_words.h"

void weft_extreme_repeating_s8__dsp(const weft_extreme_s8__dsp_params *p, const weft_step *s)
{
    weft_by_chunks(weft_extreme_words, &p->flip, &p->rows, s);
}
