"""The audit: how well the items of a pack are written, by published guidelines. Pure: a pack in, a report out.

The guidelines:
- Haladyna, T. M., Downing, S. M. and Rodriguez, M. C. A Review of Multiple-Choice Item-Writing Guidelines for Classroom
  Assessment. Applied Measurement in Education 15(3), 309-333. 2002.
- Case, S. M. and Swanson, D. B. Constructing Written Test Questions for the Basic and Clinical Sciences. 3rd ed.,
  revised. National Board of Medical Examiners. 2002.
- Millman, J., Bishop, C. H. and Ebel, R. An Analysis of Test-Wiseness. Educational and Psychological Measurement 25(3),
  707-726. 1965.
- Flesch, R. A New Readability Yardstick. Journal of Applied Psychology 32(3), 221-233. 1948. (Of its two measures the
  length of sentences is used; that of words says little about terms of a trade.)
- Attali, Y. and Bar-Hillel, M. Guess Where: The Position of Correct Answers in Multiple-Choice Test Items as a
  Psychometric Variable. Journal of Educational Measurement 40(2), 109-128. 2003.
- Shute, V. J. Focus on Formative Feedback. Review of Educational Research 78(1), 153-189. 2008.
- Karpicke, J. D. and Roediger, H. L. The Critical Importance of Retrieval for Learning. Science 319, 966-968. 2008.
"""

from content.audit.finding import Finding, Rule, Weight
from content.audit.report import Report, audit
from content.audit.rules import RULES

__all__ = ["RULES", "Finding", "Report", "Rule", "Weight", "audit"]
