"""The planners' shared inbox: what people wrote by mail and only a person can answer."""
