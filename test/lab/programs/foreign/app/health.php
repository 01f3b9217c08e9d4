<?php
echo "the hive's";
