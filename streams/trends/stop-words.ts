/**
 * Words that name no topic: English function words (the commonest of the Snowball list) and what platforms write into titles
 * whatever they are about. Everything else that is merely frequent is left to the baseline, which knows that it always is.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `a above against below cannot during further hadnt however mustnt ought ourselves shall shant theyd theyll whether whom yourselves about after again all almost also always am an and another any anybody anyone anything are arent around as at away back be
because been before being between both but by came can cant come could couldnt did didnt do does doesnt doing done dont down
each either else even ever every everyone everything few first for from full get getting give go goes going gonna got had has
hasnt have havent having he her here heres hers herself hes him himself his how i id if ill im in into is isnt it its itself ive
just keep know last least less let lets like ll look made make makes making many may maybe me mean might mine more most much must
my myself need never new next no nobody none nor not nothing now of off often oh ok old on once one only onto or other our ours
out over own part per put re really right s said same saw say see seen she shes should shouldnt since so some somebody someone
something still such take than that thats the their theirs them themselves then there theres these they theyre theyve thing
things this those though through till to told too took tried try trying two under until up upon us use used using ve very via
vs want wanted wants was wasnt way we well went were werent weve what whats when where which while who whos whose why will with
without wont would wouldnt x yes yet you youd youll your youre yours yourself youve
audio channel clip clips download ep episode facebook fb feat featuring follow fps ft hd hdr hq http https instagram link live
lyric lyrics official original premiere pt subscribe trailer tv twitter uhd uncut version video videos vlog watch www com youtube`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
