"""The labels of the bundled model: categories, departments and appeal types, as data files."""

from complaintnlp.taxonomy.reader import (
    APPEAL_TYPES,
    Category,
    Department,
    categories,
    departments,
)

__all__ = ["APPEAL_TYPES", "Category", "Department", "categories", "departments"]
