"""From a judged call to a draft of its entry: what is kept, shortened and looked at for secrets once more."""
