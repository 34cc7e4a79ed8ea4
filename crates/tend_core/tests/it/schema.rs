use tend_testkit::Tend;

/// A change of the schema is seen in review, and is the same on both.
#[test]
fn the_schema_is_the_one_that_is_written_down() {
    Tend::on_both(|t| insta::assert_snapshot!("schema", t.schema()));
}

#[test]
fn both_databases_have_one_schema() {
    assert_eq!(Tend::in_memory().schema(), Tend::in_postgres().schema());
}
