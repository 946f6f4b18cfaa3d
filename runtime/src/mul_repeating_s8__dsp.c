/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of int8 rows, of which some repeat pixels or channels, by the DSP extension, see
 * mul_words.h.
 */
#include "weft/mul_words.h"

void weft_mul_repeating_s8__dsp(const weft_mul_s8__dsp_params *p, const weft_step *s)
{
    const weft_mul_numbers n = weft_mul_numbers_of(p);
    weft_by_chunks(weft_mul_words_of(p), &n, &p->rows, s);
}
