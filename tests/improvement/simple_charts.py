"""Run-chart and control-chart formulas written out the long way, as a yardstick for tests.

Rules shared by every function here:
- A series is a plain list; None is a period without a value. It keeps its place, but no
  formula sees it.
- Limits come back as one entry per place: (lower, upper), or None where there is no value
  or where the limits cannot be worked out.
- Nothing is rounded.
"""

from fractions import Fraction
from itertools import combinations
from math import comb, log2, sqrt

FACTOR_X = 2.66
FACTOR_MR = 3.267
FACTOR_SIGMA = 1.128
POWER_T = 3.6


# --- small helpers -----------------------------------------------------------------------


def recorded(values):
    """The values that are there, in order."""
    found = []
    for value in values:
        if value is not None:
            found.append(value)
    return found


def mean(values):
    """Sum of the recorded values over their number; exact inside, so equal values give that value."""
    found = recorded(values)
    if len(found) == 0:
        return None
    total = Fraction(0)
    for value in found:
        total = total + Fraction(value)
    return float(total / len(found))


def median(values):
    """Middle recorded value, or half the sum of the two middle ones (Perla 2011 centre line)."""
    found = sorted(recorded(values))
    count = len(found)
    if count == 0:
        return None
    if count % 2 == 1:
        return found[count // 2]
    return (found[count // 2 - 1] + found[count // 2]) / 2


def moving_ranges(values):
    """|value - the recorded value before it|, at the later place; None elsewhere."""
    ranges = []
    before = None
    for value in values:
        if value is None or before is None:
            ranges.append(None)
        else:
            ranges.append(abs(value - before))
        if value is not None:
            before = value
    return ranges


# --- run charts --------------------------------------------------------------------------


def useful(values, centre):
    """Recorded values that are not on the centre line (Perla 2011; Anhøj 2014)."""
    found = []
    for value in recorded(values):
        if value != centre:
            found.append(value)
    return found


def runs(values, centre):
    """Crossings of the centre by useful values, plus one; 0 without useful values (Perla 2011, rule 3)."""
    points = useful(values, centre)
    if len(points) == 0:
        return 0
    count = 1
    for i in range(1, len(points)):
        if (points[i] > centre) != (points[i - 1] > centre):
            count = count + 1
    return count


def crossings(values, centre):
    """Side changes between neighbouring useful values: runs less one, never below 0 (Anhøj 2014)."""
    return max(runs(values, centre) - 1, 0)


def longest_run(values, centre):
    """Most useful values in a row on one side of the centre (Anhøj 2014)."""
    longest = 0
    length = 0
    before = None
    for value in useful(values, centre):
        side = value > centre
        length = length + 1 if side == before else 1
        before = side
        if length > longest:
            longest = length
    return longest


def runs_probability(n1, n2, r):
    """P(R = r) for n1 values on one side and n2 on the other."""
    if r < 2:
        return Fraction(0)
    k = r // 2
    if r % 2 == 0:
        ways = 2 * comb(n1 - 1, k - 1) * comb(n2 - 1, k - 1)
    else:
        ways = comb(n1 - 1, k) * comb(n2 - 1, k - 1) + comb(n1 - 1, k - 1) * comb(n2 - 1, k)
    return Fraction(ways, comb(n1 + n2, n1))


def limits_from_probabilities(probability):
    """Lowest and highest number of runs that leave at most 2.5 % beyond them (Swed–Eisenhart)."""
    tail = Fraction(25, 1000)
    below = Fraction(0)
    lower = min(probability)
    for r in sorted(probability):
        below = below + probability[r]
        if below > tail:
            lower = r
            break
    above = Fraction(0)
    upper = max(probability)
    for r in sorted(probability, reverse=True):
        above = above + probability[r]
        if above > tail:
            upper = r
            break
    return lower, upper


def exact_runs_limits(n):
    """(lower, upper) runs for n useful values, n//2 on one side (Swed–Eisenhart); signal outside."""
    n1 = n // 2
    n2 = n - n1
    probability = {}
    for r in range(2, n + 1):
        probability[r] = runs_probability(n1, n2, r)
    return limits_from_probabilities(probability)


def enumerated_runs_limits(n):
    """The same by writing down every arrangement and counting its runs (Swed–Eisenhart); n up to 16."""
    if n > 16:
        raise ValueError("too many arrangements to write down")
    arrangements = 0
    tally = {}
    for above in combinations(range(n), n // 2):
        sides = []
        for i in range(n):
            sides.append(i in above)
        count = 1
        for i in range(1, n):
            if sides[i] != sides[i - 1]:
                count = count + 1
        tally[count] = tally.get(count, 0) + 1
        arrangements = arrangements + 1
    probability = {}
    for r in tally:
        probability[r] = Fraction(tally[r], arrangements)
    return limits_from_probabilities(probability)


def longest_run_limit(n):
    """Longest run still expected: log2(n) rounded, plus 3 (Anhøj 2014; qicharts2); signal above it."""
    return round(log2(n)) + 3


def min_crossings(n):
    """Fewest crossings expected: 5 % quantile of Binomial(n-1, 1/2) (Anhøj 2014; qicharts2); signal below."""
    at_most = Fraction(0)
    for k in range(n):
        at_most = at_most + Fraction(comb(n - 1, k), 2 ** (n - 1))
        if at_most >= Fraction(5, 100):
            return k
    return n - 1


def shift_points(values, centre, length):
    """Places in a shift: `length` or more useful values in a row on one side (Perla 2011, rule 1).

    Values on the centre neither count nor break. Those between the first and the last useful
    value of the stretch belong to it; those before or after do not. Missing places never belong.
    """
    stretches = []
    for i in range(len(values)):
        value = values[i]
        if value is None or value == centre:
            continue
        side = value > centre
        if len(stretches) > 0 and stretches[-1]["side"] == side:
            stretches[-1]["places"].append(i)
        else:
            stretches.append({"side": side, "places": [i]})
    members = set()
    for stretch in stretches:
        if len(stretch["places"]) >= length:
            for i in range(stretch["places"][0], stretch["places"][-1] + 1):
                if values[i] is not None:
                    members.add(i)
    return members


def trend_points(values, length):
    """Places in a trend: `length` or more values all rising or all falling (Perla 2011, rule 2).

    Equal neighbours count as one value and neither break nor add. Inside a trend all of them
    belong to it. At its two ends only the inner one does: of equal values at the start the last,
    of equal values at the end the first. The first value of a trend counts; a turning point
    counts for the trend before it and for the one after it. Missing places never belong.
    """
    steps = []
    for i in range(len(values)):
        if values[i] is None:
            continue
        if len(steps) > 0 and steps[-1]["value"] == values[i]:
            steps[-1]["places"].append(i)
        else:
            steps.append({"value": values[i], "places": [i]})
    members = set()
    for direction in (1, -1):
        for start in range(len(steps)):
            end = start
            while end + 1 < len(steps) and direction * (steps[end + 1]["value"] - steps[end]["value"]) > 0:
                end = end + 1
            begins_here = start == 0 or direction * (steps[start]["value"] - steps[start - 1]["value"]) < 0
            if begins_here and end - start + 1 >= length:
                first = steps[start]["places"][-1]
                last = steps[end]["places"][0]
                for i in range(first, last + 1):
                    if values[i] is not None:
                        members.add(i)
    return members


# --- control limits ----------------------------------------------------------------------


def same_limits(values, lower, upper):
    """The same pair of limits at each place that has a value, None at the others."""
    limits = []
    for value in values:
        if value is None or lower is None or upper is None:
            limits.append(None)
        else:
            limits.append((lower, upper))
    return limits


def mean_moving_range(values, screened=False):
    """Mean moving range; screened: once without those >= 3.267 times it (qicharts2, Nelson screening)."""
    ranges = recorded(moving_ranges(values))
    average = mean(ranges)
    if screened and average is not None:
        kept = []
        for one in ranges:
            if one < FACTOR_MR * average:
                kept.append(one)
        if len(kept) > 0:  # none is kept only when every range is 0: then the average stays 0
            average = mean(kept)
    return average


def x_limits(values, screened=False):
    """Single values: mean ± 2.66 × mean moving range, not clipped (qicharts2)."""
    centre = mean(values)
    average = mean_moving_range(values, screened)
    if average is None:
        return centre, same_limits(values, None, None)
    return centre, same_limits(values, centre - FACTOR_X * average, centre + FACTOR_X * average)


def near_x_limits(values, screened=False):
    """Two-sigma lines: mean ± 2/3 × 2.66 × mean moving range (NHSRplotthedots); a pair or None."""
    centre = mean(values)
    average = mean_moving_range(values, screened)
    if average is None:
        return None
    distance = FACTOR_X * average * 2 / 3
    return centre - distance, centre + distance


def mr_limits(values):
    """Moving ranges: centre the mean range, limits 0 and 3.267 × it (qicharts2)."""
    ranges = moving_ranges(values)
    centre = mean(ranges)
    if centre is None:
        return None, same_limits(ranges, None, None)
    return centre, same_limits(ranges, 0.0, FACTOR_MR * centre)


def rates(counts, sizes):
    """Count over size; None where either is missing or the size is 0."""
    found = []
    for i in range(len(counts)):
        if counts[i] is None or sizes[i] is None or sizes[i] == 0:
            found.append(None)
        else:
            found.append(counts[i] / sizes[i])
    return found


def pooled(counts, sizes):
    """All counts over all sizes, using only places that have a value (qicharts2)."""
    values = rates(counts, sizes)
    total_count = 0
    total_size = 0
    for i in range(len(values)):
        if values[i] is not None:
            total_count = total_count + counts[i]
            total_size = total_size + sizes[i]
    if total_size == 0:
        return None
    return total_count / total_size


def stepped_limits(values, centre, sigmas, lowest, highest):
    """centre ± 3 sigma at each place that has a value, kept between lowest and highest if given."""
    limits = []
    for i in range(len(values)):
        if values[i] is None or sigmas[i] is None:
            limits.append(None)
            continue
        lower = centre - 3 * sigmas[i]
        upper = centre + 3 * sigmas[i]
        if lowest is not None and lower < lowest:
            lower = lowest
        if highest is not None and upper > highest:
            upper = highest
        limits.append((lower, upper))
    return limits


def p_sigmas(counts, sizes, centre):
    """sqrt(p(1-p)/n) at each place that has a value (qicharts2)."""
    sigmas = []
    for i, value in enumerate(rates(counts, sizes)):
        sigmas.append(None if value is None else sqrt(centre * (1 - centre) / sizes[i]))
    return sigmas


def u_sigmas(counts, sizes, centre):
    """sqrt(u/n) at each place that has a value (qicharts2)."""
    sigmas = []
    for i, value in enumerate(rates(counts, sizes)):
        sigmas.append(None if value is None else sqrt(centre / sizes[i]))
    return sigmas


def p_limits(counts, sizes):
    """Proportions: pooled centre, ± 3 sqrt(p(1-p)/n), clipped to 0..1 (qicharts2)."""
    centre = pooled(counts, sizes)
    return centre, stepped_limits(rates(counts, sizes), centre, p_sigmas(counts, sizes, centre), 0.0, 1.0)


def u_limits(counts, sizes):
    """Rates: pooled centre, ± 3 sqrt(u/n), never below 0 (qicharts2)."""
    centre = pooled(counts, sizes)
    return centre, stepped_limits(rates(counts, sizes), centre, u_sigmas(counts, sizes, centre), 0.0, None)


def c_limits(counts):
    """Counts: mean, ± 3 sqrt(mean), never below 0 (qicharts2)."""
    centre = mean(counts)
    sigmas = []
    for count in counts:
        sigmas.append(None if count is None else sqrt(centre))
    return centre, stepped_limits(counts, centre, sigmas, 0.0, None)


def sigma_z(values, centre, sigmas):
    """Mean moving range of z = (value - centre)/sigma, over 1.128 (qicharts2, Laney).

    None with fewer than two values. Where sigma is 0 there is no z: 0 is returned, since the
    limits are then on the centre whatever the factor.
    """
    z = []
    for i in range(len(values)):
        if values[i] is None:
            z.append(None)
        elif sigmas[i] == 0:
            z.append(0.0)
        else:
            z.append((values[i] - centre) / sigmas[i])
    average = mean_moving_range(z)
    if average is None:
        return None
    return average / FACTOR_SIGMA


def widened(sigmas, factor):
    """Each sigma times the Laney factor, None where either is missing."""
    result = []
    for sigma in sigmas:
        result.append(None if sigma is None or factor is None else sigma * factor)
    return result


def p_laney(counts, sizes):
    """Proportions, p′: as p with sigma × sigma_z, clipped to 0..1 (qicharts2)."""
    centre = pooled(counts, sizes)
    values = rates(counts, sizes)
    sigmas = p_sigmas(counts, sizes, centre)
    sigmas = widened(sigmas, sigma_z(values, centre, sigmas))
    return centre, stepped_limits(values, centre, sigmas, 0.0, 1.0)


def u_laney(counts, sizes):
    """Rates, u′: as u with sigma × sigma_z, never below 0 (qicharts2)."""
    centre = pooled(counts, sizes)
    values = rates(counts, sizes)
    sigmas = u_sigmas(counts, sizes, centre)
    sigmas = widened(sigmas, sigma_z(values, centre, sigmas))
    return centre, stepped_limits(values, centre, sigmas, 0.0, None)


def t_limits(values):
    """Time between events: X chart of y^(1/3.6), raised back, floor 0; y > 0 (qicharts2)."""
    changed = []
    for value in values:
        if value is None:
            changed.append(None)
        elif value <= 0:
            raise ValueError("time between events must be above 0")
        else:
            changed.append(value ** (1 / POWER_T))
    middle, inner = x_limits(changed)
    if middle is None:
        return None, inner
    limits = []
    for pair in inner:
        if pair is None:
            limits.append(None)
        else:
            lower = 0.0 if pair[0] <= 0 else pair[0] ** POWER_T
            limits.append((lower, pair[1] ** POWER_T))
    return middle**POWER_T, limits


def g_limits(values):
    """Cases between: centre = median; limits = mean ± 3 sqrt(mean(mean+1)), floor 0 (qicharts2)."""
    average = mean(values)
    sigmas = []
    for value in values:
        sigmas.append(None if value is None else sqrt(average * (average + 1)))
    return median(values), stepped_limits(values, average, sigmas, 0.0, None)


# --- NHS Making Data Count ---------------------------------------------------------------


def windows(places, length):
    """Every group of `length` neighbouring places."""
    groups = []
    for start in range(len(places) - length + 1):
        groups.append(places[start : start + length])
    return groups


def nhs_causes(values, centre, lower, upper, near_lower, near_upper):
    """Cause of each point, in the order of NHSRplotthedots; None = missing.

    The order: outside, trend, two of three, shift, common.
    Outside: beyond a limit, not on it. Trend: among 7 recorded values, each above the one before
    (or each below). Two of three: 3 recorded values on one side of the centre, 2 or more of them
    beyond two sigma (beyond the limit counts too); only those beyond two sigma are named. Shift:
    among 7 recorded values on one side, none on the centre.
    """
    places = []
    for i in range(len(values)):
        if values[i] is not None:
            places.append(i)

    outside = set()
    for i in places:
        if values[i] > upper or values[i] < lower:
            outside.add(i)

    trend = set()
    for group in windows(places, 7):
        rising = True
        falling = True
        for k in range(1, 7):
            if values[group[k]] <= values[group[k - 1]]:
                rising = False
            if values[group[k]] >= values[group[k - 1]]:
                falling = False
        if rising or falling:
            trend.update(group)

    two_of_three = set()
    for group in windows(places, 3):
        above = True
        below = True
        for i in group:
            if values[i] <= centre:
                above = False
            if values[i] >= centre:
                below = False
        far = []
        for i in group:
            if above and values[i] > near_upper:
                far.append(i)
            if below and values[i] < near_lower:
                far.append(i)
        if len(far) >= 2:
            two_of_three.update(far)

    shift = set()
    for group in windows(places, 7):
        above = True
        below = True
        for i in group:
            if values[i] <= centre:
                above = False
            if values[i] >= centre:
                below = False
        if above or below:
            shift.update(group)

    causes = []
    for i in range(len(values)):
        if values[i] is None:
            causes.append(None)
        elif i in outside:
            causes.append("outside")
        elif i in trend:
            causes.append("trend")
        elif i in two_of_three:
            causes.append("two of three")
        elif i in shift:
            causes.append("shift")
        else:
            causes.append("common")
    return causes


def nhs_variation(values, causes, centre, up_is_good):
    """State of the last recorded point (NHSRplotthedots): common cause, or one of three + high/low.

    The three: improvement, concern, neutral.
    For a trend high or low is its slope, for any other cause the side of the centre. up_is_good:
    True, False, or None when no direction is good (then neutral). None without values.
    """
    places = []
    for i in range(len(values)):
        if values[i] is not None:
            places.append(i)
    if len(places) == 0:
        return None
    last = places[-1]
    if causes[last] == "common":
        return "common cause"
    high = values[last] > values[places[-2]] if causes[last] == "trend" else values[last] > centre
    side = "high" if high else "low"
    if up_is_good is None:
        return "neutral " + side
    if high == up_is_good:
        return "improvement " + side
    return "concern " + side


def nhs_assurance(target, lower, upper, up_is_good):
    """Target against the limits: consistently passes/fails, or hit or miss (NHSRplotthedots).

    On a limit is hit or miss. None without target, limits or good direction.
    """
    if target is None or lower is None or upper is None or up_is_good is None:
        return None
    if target > upper:
        return "consistently fails" if up_is_good else "consistently passes"
    if target < lower:
        return "consistently passes" if up_is_good else "consistently fails"
    return "hit or miss"
