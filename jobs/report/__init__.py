"""The pages: one renderer, two doors (a folder written by ``samestory report``, the same pages on demand by ``samestory serve``).

====================  ==============================================================================================
file                  what is in it
====================  ==============================================================================================
``index``             a run opened for many questions: any record without reading a whole file
``links``             names of pages, and the links between them
``marking``           what every word of an event's articles is
``figures``           geometry: barcode, time line, bars
``wording``           how the pages say things
``front`` ...         what each template needs: ``front``, ``event``, ``reader``, ``passage``, ``outlet``
``render``            a page's path -> its bytes; escaping and the content security policy
``write``             the verb ``report``; ``jobs/serve.py`` is the other door
``templates/``        Jinja2, one a page, autoescaped
``assets/``           the style and two scripts, served as they are
====================  ==============================================================================================
"""
