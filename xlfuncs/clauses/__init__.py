"""The law: every numeric clause of the documents, one module a subject, pure and scalar."""
